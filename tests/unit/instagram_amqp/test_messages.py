"""Jobs become messages and come back; what is no job is a dead letter that can be read."""

from collections.abc import Mapping
from types import SimpleNamespace
from uuid import UUID

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


def test_a_letter_that_the_broker_gave_up_says_why() -> None:
    """In words about the job, which nobody settled yet."""
    body = encoded(Channel(), JOB).body
    letter = letter_of(dead(body, {"x-death": [{"reason": "delivery_limit"}]}))
    assert "it may kill its worker" in (letter.error or "")
    assert letter.failed_at is None
    assert "expired" in (letter_of(dead(body, {"x-death": [{"reason": "expired"}]})).error or "")
