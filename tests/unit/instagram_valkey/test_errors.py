"""Every refusal of the server has a meaning, and only those that pass."""

import pytest
from libvalkey import ReplyError

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_valkey.errors import BY_WORD, meaning_of


@pytest.mark.parametrize("word", BY_WORD)
@pytest.mark.parametrize(
    "text",
    [
        "{} as the server says it",
        "ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -{} as it says",
    ],
)
def test_what_passes_is_unavailable(word: str, text: str) -> None:
    """Also from inside a script, as servers before 7 tell it."""
    meaning = meaning_of(ReplyError(text.format(word)))

    assert meaning is BY_WORD[word]
    assert meaning.error is AdapterUnavailable


def test_a_server_that_is_full_lets_nobody_in_for_now() -> None:
    """It has no word of its own for that."""
    meaning = meaning_of(ReplyError("ERR max number of clients reached"))

    assert meaning is not None
    assert meaning.parts


@pytest.mark.parametrize(
    "text",
    [
        "ERR unknown command 'NONSENSE'",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR user_script:1: Script attempted to access nonexistent global variable 'x'",
        "NOSCRIPT No matching script. Please use EVAL.",
        "",
    ],
)
def test_a_defect_is_seen_as_it_is(text: str) -> None:
    """Nobody should wait for it to pass."""
    assert meaning_of(ReplyError(text)) is None
