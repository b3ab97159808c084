"""Where events go: stored with the change that caused them, handled after it."""

from abc import abstractmethod
from typing import Protocol

from instagram_core.kernel.events import Event


class Outbox(Protocol):
    """Records events in the ambient transaction, as jobs for the workers."""

    @abstractmethod
    async def add(self, *events: Event) -> None:
        """Record `events`: they exist if and only if the ambient transaction commits.

        Outside a transaction they are recorded at once, all or none. Each call records anew:
        not idempotent. Handlers may see events in any order, and twice.
        """
