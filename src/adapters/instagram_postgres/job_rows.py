"""How events become rows of `jobs`: parameters, and the SQL that takes them.

A statement that announces an event does so itself, in a WITH part:

    WITH changed AS (INSERT INTO likes … ON CONFLICT DO NOTHING RETURNING 1),
    announced AS (INSERT_EVENT WHERE EXISTS (SELECT FROM changed))
    SELECT …

where INSERT_EVENT (one event or none) or INSERT_EVENTS (any number) stands for the constant below
and the parameters come from `JobRows.one` or `JobRows.many`. A statement that makes payloads
itself, one for each row it touched, inserts the same columns with `gen_random_uuid()` as id and
`JobRows.now()` for both times.
"""

import json
from collections.abc import Iterable
from typing import Final

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.events import Event
from instagram_core.kernel.ids import IdGenerator

INSERT_EVENT: Final = """
    INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
    SELECT id, queue, kind, payload, at, at
      FROM (SELECT %(job_id)s::uuid, %(job_queue)s::text, %(job_kind)s::text,
                   %(job_payload)s::jsonb, %(job_at)s::bigint
             WHERE %(job_id)s::uuid IS NOT NULL) AS event (id, queue, kind, payload, at)
"""
"""Records the event of `JobRows.one`, or nothing for None; append a WHERE of your own."""

INSERT_EVENTS: Final = """
    INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
    SELECT id, queue, kind, payload, %(job_at)s, %(job_at)s
      FROM unnest(%(job_ids)s::uuid[], %(job_queues)s::text[], %(job_kinds)s::text[],
                  %(job_payloads)s::jsonb[]) AS event (id, queue, kind, payload)
"""
"""Records the events of `JobRows.many`, maybe none; append a WHERE of your own."""


class JobRows:
    """Makes the parameters of events that a statement records."""

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        """Take due time and creation time from `clock`, job ids from `ids`."""
        self._clock = clock
        self._ids = ids

    def now(self) -> int:
        """Give the present moment in Unix milliseconds."""
        return to_milliseconds(self._clock.now())

    def one(self, event: Event | None) -> dict[str, object]:
        """Give what INSERT_EVENT takes: job_id, job_queue, job_kind, job_payload, job_at."""
        return {
            "job_id": None if event is None else self._ids.new(),
            "job_queue": None if event is None else event.queue,
            "job_kind": None if event is None else event.kind,
            "job_payload": None if event is None else _json(event),
            "job_at": self.now(),
        }

    def many(self, events: Iterable[Event]) -> dict[str, object]:
        """Give what INSERT_EVENTS takes: job_ids, job_queues, job_kinds, job_payloads, job_at."""
        events = tuple(events)
        return {
            "job_ids": [self._ids.new() for _ in events],
            "job_queues": [event.queue for event in events],
            "job_kinds": [event.kind for event in events],
            "job_payloads": [_json(event) for event in events],
            "job_at": self.now(),
        }


def _json(event: Event) -> str:
    return json.dumps(event.payload(), separators=(",", ":"))
