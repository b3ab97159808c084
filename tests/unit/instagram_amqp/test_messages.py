"""Jobs become messages and come back; what is no job is a dead letter that can be read."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from uuid import UUID

import attrs
import pytest

from instagram_amqp.messages import UNREADABLE, decoded, encoded, letter_of
from instagram_core.jobs.model import Job, JobId

JOB = Job(
    id=JobId(UUID(int=7)),
    queue="media",
    kind="rang",
    payload={"text": "ä", "numbers": [1, 2], "none": None},
    attempts=2,
    created_at=5,
    error="busy",
)


class Channel:
    """Makes messages as kombu's channel does."""

    def prepare_message(self, body: str, **what: object) -> SimpleNamespace:
        """Give the parts of a message."""
        return SimpleNamespace(body=body, properties=what["properties"])


def dead(body: bytes | str, headers: Mapping[str, object] | None = None) -> SimpleNamespace:
    """Make a message as the broker hands it out."""
    return SimpleNamespace(body=body, properties={"application_headers": headers or {}})


def test_a_job_comes_back_as_it_was() -> None:
    """By a message that survives the broker's end, and bears the job's id."""
    message = encoded(Channel(), JOB)
    assert decoded(message) == JOB
    assert (message.properties["delivery_mode"], message.properties["message_id"]) == (
        2,
        str(JOB.id),
    )


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"id": 7}', "null", b"\xff", '"text"'])
def test_what_is_no_job_is_an_unreadable_letter(body: bytes | str) -> None:
    """The same one each time, so that it is taken in once."""
    with pytest.raises(ValueError, match=r"."):
        decoded(dead(body))
    letters = [letter_of(dead(body)) for _ in range(2)]
    assert letters[0].id == letters[1].id
    assert [letter.kind for letter in letters] == [UNREADABLE] * 2
    assert all(letter.failed_at and letter.error for letter in letters)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payload", {"text": "a\0b"}),
        ("payload", {"text": "\\\0"}),
        ("payload", {"text": "\ud800"}),
        ("payload", {"number": float("nan")}),
        ("kind", "a\0b"),
        ("attempts", 2**31),
        ("attempts", float("inf")),
        ("created_at", 2**63),
        ("failed_at", "yesterday"),
    ],
)
def test_what_no_table_takes_is_no_job(field: str, value: object) -> None:
    """As a dead letter of its own it would hold up all others for ever."""
    body = json.dumps(json.loads(encoded(Channel(), JOB).body) | {field: value})
    with pytest.raises(ValueError, match=r"."):
        decoded(dead(body))
    assert letter_of(dead(body)).kind == UNREADABLE


def test_a_job_that_is_nested_without_end_is_none() -> None:
    """Reading it would otherwise end whoever reads."""
    assert letter_of(dead("[" * 100_000)).kind == UNREADABLE


def test_texts_may_hold_anything_that_a_table_takes() -> None:
    """Also what looks like an escape; what went wrong may hold more, and is cleaned there."""
    job = attrs.evolve(
        JOB, payload={"text": "\\u0000 \\\\u0000 \n \N{GRINNING FACE}"}, error="a\0b"
    )
    assert decoded(encoded(Channel(), job)) == job


def test_a_letter_that_the_broker_gave_up_says_why() -> None:
    """In words about the job, which nobody settled yet."""
    body = encoded(Channel(), JOB).body
    letter = letter_of(dead(body, {"x-death": [{"reason": "delivery_limit"}]}))
    assert "it may kill its worker" in (letter.error or "")
    assert letter.failed_at is None
    assert "expired" in (letter_of(dead(body, {"x-death": [{"reason": "expired"}]})).error or "")
