"""A job as a message: JSON, persistent, named by the job's id."""

import json
import re
import time
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

import attrs

from instagram_core.jobs.model import Job, JobId

UNREADABLE: Final = "unreadable"
"""The kind of a dead letter that is no job: somebody else's message."""
_QUOTED: Final = 2000
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON has it; what was written as a backslash and letters is none."""
_PERSISTENT: Final = 2


@attrs.frozen
class Sending:
    """A job, and the exchange that it is to enter by."""

    job: Job
    exchange: str
    key: str


def encoded(channel: Any, job: Job) -> Any:  # noqa: ANN401 - kombu has no types
    """Give the message of a job, for a channel."""
    body = {
        "id": str(job.id),
        "kind": job.kind,
        "queue": job.queue,
        "payload": dict(job.payload),
        "attempts": job.attempts,
        "created_at": job.created_at,
        "error": job.error,
        "failed_at": job.failed_at,
    }
    return channel.prepare_message(
        json.dumps(body, separators=(",", ":")),
        content_type="application/json",
        content_encoding="utf-8",
        properties={"delivery_mode": _PERSISTENT, "message_id": str(job.id), "type": job.kind},
    )


def decoded(message: Any) -> Job:  # noqa: ANN401 - kombu has no types
    """Give the job of a message; ValueError when it is none."""
    try:
        fields = json.loads(_text(message))
        _check(fields)
        return Job(
            id=JobId(UUID(fields["id"])),
            queue=str(fields["queue"]),
            kind=str(fields["kind"]),
            payload=dict(fields["payload"]),
            attempts=int(fields["attempts"]),
            created_at=int(fields["created_at"]),
            error=fields.get("error") and str(fields["error"]),
            failed_at=fields.get("failed_at") and int(fields["failed_at"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no job: {type(error).__name__}: {error}") from error


def _check(fields: dict[str, Any]) -> None:
    """Raise ValueError for what no table takes: as a dead letter it would hold up all others."""
    times = [fields["created_at"], fields.get("failed_at") or 0]
    if not (0 <= fields["attempts"] < 2**31 and all(0 <= time < 2**63 for time in times)):
        raise ValueError("no job: a number is out of range")
    texts = [fields["queue"], fields["kind"], fields["payload"]]
    told = json.dumps(texts, ensure_ascii=False, allow_nan=False)
    told.encode()  # no lone surrogates
    if _NUL.search(told):
        raise ValueError("no job: a text holds NUL")


def letter_of(message: Any) -> Job:  # noqa: ANN401 - kombu has no types
    """Give the dead letter of a message, also of one that is no job.

    `failed_at` is None in one that the broker gave up.
    """
    try:
        job = decoded(message)
    except ValueError as error:
        text, now = _text(message), time.time_ns() // 1_000_000
        return Job(
            id=JobId(uuid5(NAMESPACE_OID, text)),
            queue="default",
            kind=UNREADABLE,
            payload={"body": text[:_QUOTED].replace("\0", "\N{REPLACEMENT CHARACTER}")},
            attempts=0,
            created_at=now,
            error=str(error),
            failed_at=now,
        )
    if job.failed_at is not None:
        return job
    return attrs.evolve(job, error=_verdict(message))


def _verdict(message: Any) -> str:  # noqa: ANN401 - kombu has no types
    deaths = (message.properties.get("application_headers") or {}).get("x-death") or [{}]
    reason = deaths[0].get("reason", "unknown")
    if reason == "delivery_limit":
        return "handed out again and again without an answer: it may kill its worker"
    return f"given up by the broker: {reason}"


def _text(message: Any) -> str:  # noqa: ANN401 - kombu has no types
    body = message.body
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body)
