"""First pages, and the versions that tell whether they still hold."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage
from instagram_core.feed.ports import FeedCache
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.pages import packed, unpacked
from instagram_valkey.scripts import Script


class ValkeyFeedCache(FeedCache):
    """Keeps pages and versions for all processes.

    Needs a server that evicts nothing it was not told to forget: with `maxmemory-policy`
    `noeviction` or one of the volatile ones that goes by time. A version that is evicted before
    the page that rests on it would come back.
    """

    LONGEST_PAGE_SECONDS: ClassVar[int] = 3600
    VERSION_SECONDS: ClassVar[int] = 2 * LONGEST_PAGE_SECONDS
    """A version outlives every page that it could make invalid."""

    def __init__(self, client: ValkeyClient) -> None:
        """Keep them on the server of `client`."""
        self._client = client
        self._bump = Script.named("feed/bump")
        self._store = client.key("{feed}", "store")

    async def get(self, reader: UserId, page: str) -> CachedPage | None:
        """Give the page stored last under a name."""
        kept = await self._client.call("GET", self._page(reader, page))
        return None if kept is None else unpacked(kept)

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Store a page for `seconds`."""
        life = round(min(seconds, self.LONGEST_PAGE_SECONDS) * 1000)
        await self._client.call("SET", self._page(reader, page), packed(cached), "PX", life)

    async def versions(self, names: Iterable[str]) -> Mapping[str, int]:
        """Give the version of each name."""
        asked = list(names)
        keys = [self._version(name) for name in asked]
        store, *found = await self._client.call("MGET", self._store, *keys)
        first = int(await self._raise() if store is None else store)
        return {
            name: first if version is None else int(version)
            for name, version in zip(asked, found, strict=True)
        }

    async def bump(self, names: Iterable[str]) -> None:
        """Raise the version of each name."""
        await self._raise(*(self._version(name) for name in names))

    async def _raise(self, *keys: str) -> bytes:
        life = self.VERSION_SECONDS * 1000
        store: bytes = await self._client.run(self._bump, [self._store, *keys], (life,))
        return store

    def _page(self, reader: UserId, page: str) -> str:
        return self._client.key("{feed}", "page", reader.hex, page)

    def _version(self, name: str) -> str:
        return self._client.key("{feed}", "version", name)
