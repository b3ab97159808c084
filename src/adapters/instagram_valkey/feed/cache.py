"""First pages, and what tells whether they still hold."""

from collections.abc import Iterable
from typing import ClassVar, Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, CacheLook
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_valkey.client import ValkeyClient
from instagram_valkey.errors import is_out_of_memory
from instagram_valkey.feed.pages import packed, unpacked
from instagram_valkey.scripts import Script

_MOMENTS: Final = "moments"
_VERSION: Final = "version:"


class ValkeyFeedCache(FeedCache):
    """Keeps pages, and what was bumped when, for all processes.

    All keys name the life of the server: a page that it read from its disk has missed bumps, and is
    found by nobody. Needs a server that evicts nothing it was not told to forget: with
    `maxmemory-policy` `noeviction` or `volatile-ttl`. With others it may lose a version before the
    page that rests on it.
    """

    LONGEST_PAGE_SECONDS: ClassVar[int] = 3600
    VERSION_SECONDS: ClassVar[int] = 2 * LONGEST_PAGE_SECONDS
    """A version outlives every page that it could make void."""

    def __init__(self, client: ValkeyClient) -> None:
        """Keep them on the server of `client`."""
        self._client = client
        self._look = Script.named("feed/moments", "feed/look")
        self._put = Script.named("feed/moments", "feed/put")
        self._bump = Script.named("feed/moments", "feed/bump")
        self._life = self._prefix = ""
        self._seen = 0
        self._void_before = 0

    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Give the page stored last under a name, if it still holds, and the present moment.

        The page is read beside the script that judges it: its mark tells whether they are about the
        same one, whoever has put another in between.
        """
        life, prefix = await self._here()
        key = _page(prefix, reader, page)
        kept, (now, mark) = await self._client.run_after(
            [("GET", key)], self._look, [prefix + _MOMENTS, key], (self._seen,), life
        )
        if life != self._life:
            raise AdapterUnavailable("another life of Valkey has begun meanwhile")
        self._seen = max(self._seen, now)
        found = None if mark is None else unpacked(kept, mark, prefix + _VERSION)
        return CacheLook(page=found, moment=now)

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`; nothing if the store was lost since its moment."""
        (life, prefix), moment = await self._here(), cached.basis.moment
        if moment < self._void_before:
            return
        lasts = round(min(seconds, self.LONGEST_PAGE_SECONDS) * 1000)
        arguments = (self._seen, moment, packed(cached, prefix + _VERSION), lasts)
        keys = [prefix + _MOMENTS, _page(prefix, reader, page)]
        await self._client.run(self._put, keys, arguments, life)

    async def bump(self, names: Iterable[str]) -> None:
        """Begin a new moment, and make pages of earlier ones void that rest on these names."""
        life, prefix = await self._here()
        keys = [prefix + _MOMENTS, *(prefix + _VERSION + name for name in names)]
        try:
            await self._client.run(
                self._bump, keys, (self._seen, self.VERSION_SECONDS * 1000), life
            )
        except AdapterUnavailable as error:
            if not is_out_of_memory(error):
                raise
            # Nothing can be noted; without the moments all pages are void, these among them.
            await self._client.call("UNLINK", keys[0], life=life)

    async def _here(self) -> tuple[str, str]:
        """Give the server's life, and what keys begin with in it.

        In a new one all moments are above those that were seen in the old.
        """
        life = await self._client.life()
        if life != self._life:
            self._life, self._prefix = life, self._client.key("{feed}", life, "")
            self._seen += 1
            self._void_before = self._seen
        return life, self._prefix


def _page(prefix: str, reader: UserId, page: str) -> str:
    return f"{prefix}page:{reader.hex}:{page}"
