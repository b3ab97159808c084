"""Jobs: events on their way to a handler."""

from typing import Final, NewType
from uuid import UUID

import attrs

from instagram_core.kernel.events import Payload

JobId = NewType("JobId", UUID)

QUEUES: Final = ("default", "media", "fanout")
"""The queues there are: every event of the core names one of these."""


@attrs.frozen(kw_only=True)
class Job:
    """One event for one run of its handler."""

    id: JobId
    queue: str
    kind: str
    payload: Payload
    attempts: int
    """How often it was leased before and failed by its own fault: 0 at first."""
    created_at: int
    """Unix milliseconds."""
    error: str | None = None
    """What went wrong last."""
    failed_at: int | None = None
    """When it became a dead letter; None while it is alive."""


@attrs.frozen(kw_only=True)
class QueueDepth:
    """How much waits in one queue."""

    queue: str
    ready: int
    """Due and not leased."""
    delayed: int
    """Waiting for a later moment."""
    leased: int
    failed: int
    """Dead letters."""
    oldest_ready_at: int | None
    """Unix milliseconds of the oldest job that is ready; None when none is."""
