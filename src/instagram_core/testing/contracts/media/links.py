"""The contract of addresses at which clients read files from the store itself."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import attrs

from instagram_core.media.model import MediaKey, media_key
from instagram_core.media.ports import MediaLinks, MediaStore
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contract import Contract

_SECONDS = 600


@attrs.frozen
class Read:
    """What a client got from an address."""

    status: int
    data: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    """Names in lower case."""


class MediaLinksContract(Contract[tuple[MediaStore, MediaLinks]]):
    """What every `MediaLinks` does; a test works on a store and what links to it."""

    aligned: ClassVar[bool] = False
    """Whether windows begin when the kit's clock stands at `START`."""

    @abstractmethod
    async def fetch(self, links: MediaLinks, url: str, method: str = "GET", span: str = "") -> Read:
        """Ask for an address as a client without a session does; `span` is a `Range` header."""
        raise NotImplementedError

    async def test_a_link_gives_the_file(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """All its bytes, as what it is, to whoever holds the address."""
        key = await self._stored(both[0], b"picture")
        for is_restricted in (False, True):
            link = both[1].link(key, seconds=_SECONDS, is_restricted=is_restricted)
            found = await self.fetch(both[1], link.url)
            assert (found.status, found.data) == (200, b"picture")
            assert found.headers["content-type"] == "image/webp"

    async def test_shared_caches_keep_only_what_is_not_restricted(
        self, both: tuple[MediaStore, MediaLinks]
    ) -> None:
        """The answer says of itself who may keep it."""
        key = await self._stored(both[0], b"picture")
        kept = []
        for is_restricted in (False, True):
            link = both[1].link(key, seconds=_SECONDS, is_restricted=is_restricted)
            found = await self.fetch(both[1], link.url)
            kept.append(found.headers["cache-control"].partition(",")[0])
        assert kept == ["public", "private"]

    async def test_a_link_gives_parts(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """Ranges are answered where the file is."""
        key = await self._stored(both[0], b"0123456789")
        link = both[1].link(key, seconds=_SECONDS, is_restricted=False)
        found = await self.fetch(both[1], link.url, span="bytes=2-4")
        assert (found.status, found.data) == (206, b"234")

    async def test_a_link_is_for_one_method(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """That of HEAD tells the length, and neither serves the other or anything else."""
        key = await self._stored(both[0], b"picture")
        get, head = (
            both[1].link(key, seconds=_SECONDS, is_restricted=False, method=method).url
            for method in ("GET", "HEAD")
        )
        found = await self.fetch(both[1], head, "HEAD")
        assert (found.status, found.headers["content-length"]) == (200, "7")
        assert get != head
        for url, method in ((head, "GET"), (get, "DELETE"), (get, "PUT")):
            assert (await self.fetch(both[1], url, method)).status == 403, (url, method)

    async def test_an_absent_file_is_not_found(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """It is told where it is read."""
        link = both[1].link(self._key(), seconds=_SECONDS, is_restricted=False)
        assert (await self.fetch(both[1], link.url)).status == 404

    async def test_a_link_opens_no_other_file(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """Nor does one that somebody changed."""
        one, other = [await self._stored(both[0], data) for data in (b"one", b"other")]
        link = both[1].link(one, seconds=_SECONDS, is_restricted=True).url
        mine, theirs = (key.partition("/")[0] for key in (one, other))
        assert mine in link
        assert (await self.fetch(both[1], link.replace(mine, theirs))).status == 403
        assert (await self.fetch(both[1], link.partition("?")[0])).status == 403

    async def test_everybody_gets_the_same_link(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """However often it is asked for in a window; two windows meet at most once meanwhile."""
        key = self._key()
        urls = {both[1].link(key, seconds=_SECONDS, is_restricted=False).url for _ in range(50)}
        assert len(urls) <= 2
        assert len(urls) == 1 or not self.aligned

    async def test_a_link_is_good_for_half_of_its_time_at_least(
        self, both: tuple[MediaStore, MediaLinks]
    ) -> None:
        """And never for longer than was asked for."""
        for seconds in (2, 61, _SECONDS):
            left = both[1].link(self._key(), seconds=seconds, is_restricted=True).seconds
            assert seconds // 2 <= left <= seconds

    @requires("clock")
    async def test_a_link_ends_when_it_says(self, both: tuple[MediaStore, MediaLinks]) -> None:
        """Until then it is the same within a window, and another in the next one."""
        key = await self._stored(both[0], b"picture")
        await self.elapse(17)
        link = both[1].link(key, seconds=_SECONDS, is_restricted=False)
        await self.elapse(link.seconds - 1)
        assert (await self.fetch(both[1], link.url)).status == 200
        assert both[1].link(key, seconds=_SECONDS, is_restricted=False).url != link.url
        await self.elapse(1)
        assert (await self.fetch(both[1], link.url)).status == 403

    def _key(self) -> MediaKey:
        return media_key(self.ids.new().hex, "small.webp")

    async def _stored(self, store: MediaStore, data: bytes) -> MediaKey:
        key = self._key()
        await store.put(key, data)
        return key
