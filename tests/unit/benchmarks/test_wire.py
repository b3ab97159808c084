"""Counting hops and statements by what goes over the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feed.wire import Statements, Tape


def message(letter: bytes, body: bytes = b"") -> bytes:
    """Give a message of a client of PostgreSQL."""
    return letter + (len(body) + 4).to_bytes(4) + body


def first(code: int, body: bytes = b"") -> bytes:
    """Give one of the first messages, which have no letter."""
    return (len(body) + 8).to_bytes(4) + code.to_bytes(4) + body


SSL, STARTUP = first(80_877_103), first(196_608, b"user\0instagram\0\0")
RUN = (
    message(b"B", b"x" * 300) + message(b"D", b"P\0") + message(b"E", b"\0\0\0\0\0") + message(b"S")
)


def test_questions_sent_together_are_one_hop() -> None:
    """Whoever is asked before any answer came is asked beside the others."""
    tape = Tape()

    for _ in range(3):
        tape.asked()
    for _ in range(3):
        tape.answered()

    assert tape.hops == 1


def test_a_question_after_an_answer_is_the_next_hop() -> None:
    """Also where another answer is still on its way."""
    tape = Tape()

    tape.asked()
    tape.asked()
    tape.answered()
    tape.asked(statements=1)
    tape.answered()
    tape.answered()

    assert (tape.hops, tape.statements) == (2, 1)


def test_a_tape_that_forgets_begins_anew() -> None:
    """What one request asked is not counted with the next."""
    tape = Tape()
    tape.asked(statements=2)

    tape.forget()

    assert (tape.hops, tape.statements) == (0, 0)
    tape.asked()
    assert tape.hops == 1


@pytest.mark.parametrize("hello", [STARTUP, SSL + STARTUP])
def test_each_execution_is_one_statement(hello: bytes) -> None:
    """Preparing, binding, describing and syncing are none; a simple query is one."""
    statements = Statements()

    assert statements.heard(hello) == 0
    assert statements.heard(message(b"p", b"secret\0")) == 0
    assert statements.heard(message(b"P", b"name\0SELECT 1\0") + RUN) == 1
    assert statements.heard(message(b"Q", b"BEGIN\0")) == 1
    assert statements.heard(RUN + RUN) == 2


@given(st.lists(st.integers(1, 40), max_size=30))
def test_pieces_of_messages_count_as_the_whole(cuts: list[int]) -> None:
    """A message may come in as many pieces as the network likes."""
    statements, data, found = Statements(), SSL + STARTUP + RUN + message(b"Q", b"SELECT 1\0"), 0

    for cut in cuts:
        found += statements.heard(data[:cut])
        data = data[cut:]
    found += statements.heard(data)

    assert found == 2
