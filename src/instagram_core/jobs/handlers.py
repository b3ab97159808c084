"""What a worker does with each kind of event."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from instagram_core.kernel.events import Event


@attrs.frozen
class Handler:
    """Handles one kind of event; reloads what the ids name, and bears being run twice."""

    event: type[Event]
    handle: Callable[[Any], Awaitable[object]]
    give_up: Callable[[Any, str], Awaitable[object]] | None = None
    """Called with the reason before the job becomes a dead letter; bears being called twice."""
