"""What must follow from a change before it is answered."""

from abc import abstractmethod
from typing import Protocol

from instagram_core.kernel.events import Event


class Reactions(Protocol):
    """Lets whatever rests on a fact know it at once.

    A use case tells what it changed after the change is committed and before it answers. This is
    the quick way: where it fails, and where the process dies in between, the job that was recorded
    with the change does the same again.
    """

    @abstractmethod
    async def to(self, *events: Event) -> None:
        """React to events that were committed. Never raises, and takes a bounded time."""
