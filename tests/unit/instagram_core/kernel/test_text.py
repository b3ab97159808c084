"""What people write is kept as written, or refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.text import checked_text

ANYTHING = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"]), st.just("\0")))


def may_be_stored(value: str, *, longest: int, shortest: int) -> bool:
    """Give the obvious answer."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value and shortest <= len(value) <= longest


@given(value=ANYTHING, longest=st.integers(0, 8), shortest=st.integers(0, 3))
def test_text_is_given_back_as_written_or_refused(value: str, longest: int, shortest: int) -> None:
    """Exactly what a database can store, of the right length, passes, unchanged."""
    if may_be_stored(value, longest=longest, shortest=shortest):
        assert checked_text("bio", value, longest=longest, shortest=shortest) is value
    else:
        with pytest.raises(InvalidError) as refused:
            checked_text("bio", value, longest=longest, shortest=shortest)
        assert refused.value.field == "bio"


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧", "مرحبا", "e\N{COMBINING ACUTE ACCENT}", " x ", "\u202ex"]
)
def test_nothing_is_trimmed_or_normalised(text: str) -> None:
    """Emoji, right-to-left text, white space and decomposed letters survive."""
    assert checked_text("bio", text, longest=20) == text


def test_length_counts_code_points() -> None:
    """Neither bytes nor what is seen as one letter."""
    decomposed = unicodedata.normalize("NFD", "é")

    with pytest.raises(InvalidError, match="at most 1"):
        checked_text("bio", decomposed, longest=1)
    assert checked_text("bio", "\N{GRINNING FACE}", longest=1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a\0", "NUL"), ("\ud800", "Unicode"), ("abcde", "at most 4"), ("a", "at least 2")],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    """In words for the person who typed it."""
    with pytest.raises(InvalidError, match=reason):
        checked_text("bio", text, longest=4, shortest=2)
