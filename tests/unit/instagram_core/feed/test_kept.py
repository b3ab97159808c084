"""First pages that are shown again while the truth cannot be asked."""

import asyncio

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.assembly import assemble
from instagram_core.feed.kept import KeptPages, PageCodec
from instagram_core.feed.model import CachedPage, FeedEntry, HomePage
from instagram_core.feed.ports import FeedCache
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.feed import InMemoryFeedCache, InMemoryFollowedPosts
from instagram_core.posts.model import PostView
from tests.unit.instagram_core.world import World


class ByNumber(PageCodec):
    """Writes down a number, and remembers the page itself."""

    def __init__(self) -> None:
        """Begin without pages."""
        self.pages: list[Page[PostView]] = []

    def encode(self, page: Page[PostView]) -> bytes:
        """Give the page's number."""
        self.pages.append(page)
        return str(len(self.pages) - 1).encode()

    def decode(self, body: bytes) -> Page[PostView]:
        """Give the page of a number."""
        return self.pages[int(body)]


class Truth(InMemoryFollowedPosts):
    """Can be asked, until it is away."""

    is_away = False

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Give a page, or nothing."""
        if self.is_away:
            raise AdapterUnavailable("the database is away")
        return await super().page(reader, after, limit)


@attrs.frozen
class Feed:
    """The home feed of a world, the truth behind it and what is kept of it."""

    world: World
    truth: Truth
    cache: FeedCache
    codec: ByNumber

    @classmethod
    def of(cls, world: World, *, seconds: float = 60, cache: FeedCache | None = None) -> "Feed":
        """Give the feed, kept for `seconds`."""
        truth, codec = Truth(world.database), ByNumber()
        cache = cache or InMemoryFeedCache(world.clock)
        kept = KeptPages(cache=cache, codec=codec, clock=world.clock, seconds=seconds)
        changed = world.rebuilt(followed_posts=truth)
        ports = attrs.evolve(changed.ports, kept_pages=kept)
        changed = attrs.evolve(changed, ports=ports, services=assemble(ports))
        return cls(changed, truth, cache, codec)

    async def page(self, reader: UserId, after: Position | None = None, limit: int = 2) -> HomePage:
        """Read a page, and let what goes on beside it come to its end."""
        page = await self.world.services.feed.page(reader, after, limit)
        for _ in range(5):
            await asyncio.sleep(0)
        return page


async def reader_with_posts(world: World) -> UserId:
    """Give somebody with three posts."""
    reader = await world.scene.user()
    for _ in range(3):
        world.clock.advance(1)
        await world.scene.post(reader)
    return reader


async def test_the_last_first_page_is_shown_while_the_truth_is_away(world: World) -> None:
    """As it was, marked; and the present again afterwards."""
    reader, feed = await reader_with_posts(world), Feed.of(world)
    shown = await feed.page(reader)
    assert not shown.is_degraded
    world.clock.advance(1)
    await world.scene.post(reader)

    feed.truth.is_away = True
    degraded = await feed.page(reader)
    feed.truth.is_away = False

    assert degraded == HomePage(shown.items, shown.next, is_degraded=True)
    assert not (await feed.page(reader)).is_degraded


async def test_what_was_not_shown_lately_is_not_there(world: World) -> None:
    """Another reader, another length, a later page: none has anything to fall back on."""
    reader, feed = await reader_with_posts(world), Feed.of(world)
    other = await world.scene.user()
    shown = await feed.page(reader)
    assert shown.next is not None
    await feed.page(reader, shown.next)
    feed.truth.is_away = True

    for asked in ((other, None, 2), (reader, None, 3), (reader, shown.next, 2)):
        with pytest.raises(AdapterUnavailable, match="the database is away"):
            await feed.page(*asked)


@pytest.mark.parametrize("seconds", [10, 60, 3600])
async def test_a_page_is_shown_again_for_a_minute_at_most(world: World, seconds: int) -> None:
    """However long pages are kept: what it shows may have become private since."""
    reader, feed = await reader_with_posts(world), Feed.of(world, seconds=seconds)
    await feed.page(reader)
    feed.truth.is_away = True

    world.clock.advance(min(seconds, 60) - 1)
    assert (await feed.page(reader)).is_degraded
    world.clock.advance(2)
    with pytest.raises(AdapterUnavailable):
        await feed.page(reader)


async def test_a_page_is_as_old_as_what_it_was_made_of(world: World) -> None:
    """The time counts from before anything was read, and a later page replaces it."""
    reader, feed = await reader_with_posts(world), Feed.of(world)
    await feed.page(reader)
    kept = await feed.cache.get(reader, "home:2")
    world.clock.advance(5)
    await feed.page(reader)
    later = await feed.cache.get(reader, "home:2")

    assert kept is not None
    assert later is not None
    assert later.made_at - kept.made_at == 5000


class Broken(InMemoryFeedCache):
    """Is away."""

    async def get(self, reader: UserId, page: str) -> CachedPage | None:
        """Fail."""
        raise AdapterUnavailable("the cache is away")

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Fail."""
        raise AdapterUnavailable("the cache is away")


async def test_a_cache_that_is_away_costs_nothing(world: World) -> None:
    """Pages are shown; without the truth it is the truth that is missed."""
    reader = await reader_with_posts(world)
    feed = Feed.of(world, cache=Broken(world.clock))

    assert len((await feed.page(reader)).items) == 2
    feed.truth.is_away = True
    with pytest.raises(AdapterUnavailable, match="the database is away"):
        await feed.page(reader)


async def test_a_page_of_another_release_is_none(world: World) -> None:
    """Whatever bytes lie in the cache."""
    reader, feed = await reader_with_posts(world), Feed.of(world)
    await feed.page(reader)
    kept = await feed.cache.get(reader, "home:2")
    assert kept is not None
    await feed.cache.put(reader, "home:2", attrs.evolve(kept, body=b"?"), 60)
    feed.truth.is_away = True

    with pytest.raises(AdapterUnavailable):
        await feed.page(reader)


class Slow(InMemoryFeedCache):
    """Lets writes wait until they may go on."""

    def __init__(self, world: World) -> None:
        """Begin closed."""
        super().__init__(world.clock)
        self.may_go_on = asyncio.Event()
        self.begun = 0

    async def put(self, reader: UserId, page: str, cached: CachedPage, seconds: float) -> None:
        """Wait."""
        self.begun += 1
        await self.may_go_on.wait()
        await super().put(reader, page, cached, seconds)


async def test_no_answer_waits_for_the_cache_and_no_number_of_pages_does(world: World) -> None:
    """With a cache that does not answer, only so many pages wait to be kept."""
    reader, cache = await reader_with_posts(world), Slow(world)
    feed = Feed.of(world, cache=cache)

    for _ in range(KeptPages.WRITES + 5):
        await feed.page(reader)
    assert cache.begun == KeptPages.WRITES
    cache.may_go_on.set()
    for _ in range(5):
        await asyncio.sleep(0)
    await feed.page(reader)
    assert cache.begun == KeptPages.WRITES + 1
