"""What stands between a process and one server that may be slow or gone."""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol


class Guard(Protocol):
    """Lets calls of one dependency through, or refuses them before they wait for it.

    Every adapter of a server takes one, and puts it around each exchange with the server, at its
    own door and nowhere else: one guard belongs to one dependency and one process.
    """

    @abstractmethod
    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give what to do one exchange in.

        Entering raises AdapterUnavailable at once while the dependency is known to be away, or too
        many exchanges are under way. An AdapterUnavailable that leaves the block counts against
        the dependency; any other exception shows that it answered; a cancellation shows nothing.
        """


class Unguarded(Guard):
    """Lets everything through: for tests, and for those who guard elsewhere."""

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give a block that does nothing."""
        return nullcontext()
