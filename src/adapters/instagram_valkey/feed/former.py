"""What the server still holds of lives it had before: found by nobody, and in the way."""

import asyncio
from contextlib import suppress
from typing import ClassVar

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_valkey.client import ValkeyClient


class FormerLives:
    """Removes keys of feeds that name another life of the server than the present one.

    A server that reads timelines from its disk would keep them for a day beside the new ones.
    """

    AT_ONCE: ClassVar[int] = 500
    """Keys looked at in one call."""
    PAUSE_SECONDS: ClassVar[float] = 0.01
    """Between two calls: the server has others to serve."""
    LOOK_SECONDS: ClassVar[float] = 60
    """Between two looks whether another life has begun."""
    TAKEN_SECONDS: ClassVar[int] = 600
    """Until another process may take up what the one that began has not ended."""
    DONE_SECONDS: ClassVar[int] = 7 * 24 * 3600
    """Until somebody looks again, though no other life has begun."""

    def __init__(self, client: ValkeyClient) -> None:
        """Look at the server of `client`."""
        self._client = client

    async def watch(self) -> None:
        """Remove them whenever another life has begun; until cancelled."""
        while True:
            with suppress(AdapterUnavailable):
                await self.remove()
            await asyncio.sleep(self.LOOK_SECONDS)

    async def remove(self) -> int:
        """Remove them once in each life, by one process; give how many there were."""
        life = await self._client.life()
        turn = self._client.key("{feed}", life, "tidied")
        asked = ("SET", turn, "", "NX", "EX", self.TAKEN_SECONDS)
        if await self._client.call(*asked, life=life) is None:
            return 0
        removed = await self._remove(life)
        await self._client.call("SET", turn, "", "EX", self.DONE_SECONDS, life=life)
        return removed

    async def _remove(self, life: str) -> int:
        every = self._client.key("{feed}", "*")
        present = self._client.key("{feed}", life, "").encode()
        cursor, removed = b"0", 0
        while True:
            asked = ("SCAN", cursor, "MATCH", every, "COUNT", self.AT_ONCE)
            cursor, keys = await self._client.call(*asked, life=life)
            former = [key for key in keys if not key.startswith(present)]
            if former:
                removed += await self._client.call("UNLINK", *former, life=life)
            if cursor == b"0":
                return removed
            await asyncio.sleep(self.PAUSE_SECONDS)
