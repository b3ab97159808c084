"""What an operator wants to know of a broker."""

from collections.abc import Iterable

import attrs

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_core.jobs.model import QueueDepth

OLDEST = (3, 10)
"""The first version whose quorum queues hand on at least once, and let messages expire."""


@attrs.frozen(kw_only=True)
class Report:
    """What was found."""

    version: str
    missing: tuple[str, ...]
    """Names of queues that are not there."""
    depth: tuple[QueueDepth, ...]

    @property
    def is_supported(self) -> bool:
        """Tell whether the version is recent enough."""
        parts = self.version.split(".")[:2]
        return all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= OLDEST


async def examine(settings: AmqpSettings, queues: Iterable[str]) -> Report:
    """Ask the broker; AdapterUnavailable when it is away, or takes nothing because of an alarm."""
    async with AmqpJobBroker.open(settings, queues=queues) as broker:
        return Report(
            version=await broker.version(),
            missing=await broker.missing(),
            depth=await broker.depth(),
        )
