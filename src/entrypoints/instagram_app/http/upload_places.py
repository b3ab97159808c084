"""Places for uploads while they arrive: a bounded number, of which nobody gets them all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from instagram_app.http.errors import BusyError


class UploadPlaces:
    """Each upload under way holds its files in memory; more of them wait, unread."""

    def __init__(self, number: int) -> None:
        """Give `number` places, and one sender a quarter of them."""
        self._places = asyncio.Semaphore(number)
        self._most_of_one = max(2, number // 4)
        self._held = Counter[Hashable]()

    @asynccontextmanager
    async def one(self, sender: Hashable) -> AsyncIterator[None]:
        """Hold a place for the length of a block; BusyError when `sender` has too many already."""
        if self._held[sender] >= self._most_of_one:
            raise BusyError
        self._held[sender] += 1
        try:
            async with self._places:
                yield
        finally:
            self._held[sender] -= 1
            if not self._held[sender]:
                del self._held[sender]
