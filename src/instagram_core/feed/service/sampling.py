"""Now and then a timeline that was just shown is compared with the truth."""

import logging
from contextlib import suppress
from typing import ClassVar, Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import FeedObserver, TimelineStore
from instagram_core.feed.service.comparing import Comparing
from instagram_core.kernel.background import Background
from instagram_core.kernel.errors import AdapterError

_LOG: Final = logging.getLogger(__name__)


class Sampling:
    """Tells whether feeds are complete, at the cost of few reads, and mends what is not."""

    AT_ONCE: ClassVar[int] = 2
    """Comparisons under way; more are left out."""

    def __init__(
        self,
        *,
        comparing: Comparing,
        timelines: TimelineStore,
        observer: FeedObserver,
        every: int,
    ) -> None:
        """Compare one of `every` timelines; 0: none."""
        self._comparing = comparing
        self._timelines = timelines
        self._observer = observer
        self._every = every
        self._considered = 0
        self._background = Background(self.AT_ONCE)

    def consider(self, reader: UserId) -> None:
        """Hear of a first page that came from a timeline. Nobody waits, and nothing fails."""
        self._considered += 1
        if self._every and self._considered % self._every == 0:
            self._background.start(self._compare(reader))

    async def idle(self) -> None:
        """Wait until nothing is being compared."""
        await self._background.idle()

    async def _compare(self, reader: UserId) -> None:
        with suppress(AdapterError):
            for found in await self._comparing.timelines([reader]):
                self._observer.sampled(is_complete=found.is_complete)
                if not found.is_complete:
                    _LOG.warning(
                        "a timeline was incomplete and is dropped: reader %s, %d posts missing,"
                        " %d authors not asked for",
                        reader,
                        len(found.missing),
                        len(found.unasked),
                    )
                    await self._timelines.drop([reader])
