"""What is changed in the peer so that it can be imported."""

import pytest

from benchmarks.feed.peer import without_keyword

SOURCE = '''
def follow_user(self, user_id, async=True):
    """
    :param async: asynchronous, or not
    """
    if async:
        asynchronous()
'''


def test_the_parameter_is_renamed_and_nothing_else() -> None:
    """The source compiles afterwards; words that only begin alike stay."""
    with pytest.raises(SyntaxError):
        compile(SOURCE, "peer", "exec")

    changed = without_keyword(SOURCE)

    compile(changed, "peer", "exec")
    assert changed.replace("is_async", "async") == SOURCE
    assert changed.count("asynchronous") == 2
