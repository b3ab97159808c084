"""First pages that are shown again: as long as nothing they rest on has changed."""

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.assembly import assemble
from instagram_core.feed.model import CacheLook, FeedEntry, FeedRules, TimelineWindow
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.feed import (
    InMemoryFeedCache,
    InMemoryFollowedPosts,
    InMemoryTimelineStore,
)
from instagram_core.posts.model import PostChange
from tests.unit.instagram_core.feed.hybrid import Hybrid, new_hybrid


async def opened() -> tuple[Hybrid, UserId, UserId]:
    """Give a reader whose first page was made and kept, and the author on it."""
    hybrid = new_hybrid()
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    await hybrid.share(author, author)
    await hybrid.settle()
    await hybrid.warm(reader, author)
    await hybrid.opened(reader)
    hybrid.heard.looks.clear()
    return hybrid, reader, author


async def test_a_page_is_shown_again() -> None:
    """For as long as settings say, and then it is made again."""
    hybrid, reader, _ = await opened()
    first = await hybrid.opened(reader)
    hybrid.world.clock.advance(60)
    await hybrid.opened(reader)
    hybrid.world.clock.advance(0.001)
    assert first == await hybrid.opened(reader)
    assert hybrid.heard.looks == ["hit", "hit", "stale"]


async def test_a_push_makes_it_anew() -> None:
    """Also of a post that is not the newest."""
    hybrid, reader, author = await opened()
    newest = await hybrid.share(author)
    await hybrid.settle()
    page = await hybrid.opened(reader)
    assert newest == page[:1]
    late = await hybrid.world.scene.post(author, at=hybrid.world.scene.now - 500)
    await hybrid.settle()
    assert [*newest, late] == (await hybrid.opened(reader))[:2]


async def test_ones_own_like_shows_at_once() -> None:
    """Others' likes may wait: they are a number."""
    hybrid, reader, author = await opened()
    (newest, *_) = await hybrid.opened(reader)
    await hybrid.services.likes.like(author, newest)
    await hybrid.opened(reader)
    await hybrid.services.likes.like(reader, newest)
    await hybrid.opened(reader)
    await hybrid.services.likes.like(reader, newest)
    await hybrid.opened(reader)
    assert hybrid.heard.looks == ["hit", "hit", "miss", "hit"], "a repeat changes nothing"


@pytest.mark.parametrize("act", ["edit", "delete", "suspend", "follow", "block"])
async def test_what_changed_is_not_shown_again(act: str) -> None:
    """Before any job is done."""
    hybrid, reader, author = await opened()
    services = hybrid.services
    (newest, *_) = await hybrid.opened(reader)
    match act:
        case "edit":
            await services.posts.posting.edit(author, newest, PostChange(caption="new"))
        case "delete":
            await services.posts.posting.delete(author, newest)
        case "suspend":
            await services.accounts.administration.suspend(author)
        case "follow":
            await hybrid.follow(reader, await hybrid.world.scene.user())
        case _:
            await services.graph.blocking.block(author, reader)
    await hybrid.opened(reader)
    assert hybrid.heard.looks == ["hit", "miss"]


async def test_a_page_read_before_a_change_is_not_kept_after_it() -> None:
    """Whoever read, was overtaken, and stores late: what they store holds for nobody."""
    hybrid, reader, author = await opened()
    feed = hybrid.services.feed
    look = await feed.pages.look(reader, "late", 3)
    page = await feed.home.page(reader, None, 3, look)
    await hybrid.services.graph.blocking.block(author, reader)
    feed.pages.keep(look, page, b"what may not be seen any more")
    await feed.pages.idle()
    assert feed.pages.last(await feed.pages.look(reader, "late", 3)) is None


async def test_a_pulled_authors_post_makes_it_anew() -> None:
    """Although no timeline changes."""
    hybrid, reader, author = await opened()
    for other in await hybrid.world.scene.users(2):
        await hybrid.follow(other, author)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.opened(reader)
    hybrid.world.clock.advance(2)
    newest = await hybrid.share(author)
    await hybrid.settle()
    assert newest == (await hybrid.opened(reader))[:1]
    assert newest == (await hybrid.opened(reader))[:1]
    assert hybrid.heard.looks[-1] == "hit"


async def test_what_is_held_of_a_pulled_author_is_not_kept_beyond_its_moment() -> None:
    """A page of what was held before the post came is shown once, and never again."""
    hybrid, reader, author = await opened()
    for other in await hybrid.world.scene.users(2):
        await hybrid.follow(other, author)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.opened(reader)
    newest = [await hybrid.world.scene.post(author)]
    await hybrid.settle()
    await hybrid.opened(reader)  # what is held is younger than a second
    hybrid.world.clock.advance(1)
    assert newest == (await hybrid.opened(reader))[:1]


@attrs.define
class Away(InMemoryFollowedPosts, InMemoryTimelineStore, InMemoryFeedCache):
    """Nothing can be asked."""

    def __init__(self) -> None:
        """Need nothing."""

    async def page(self, reader: UserId, after: Position | None, limit: int) -> Page[FeedEntry]:
        """Be away."""
        raise AdapterUnavailable

    async def window(
        self, reader: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Be away."""
        raise AdapterUnavailable

    async def look(self, reader: UserId, page: str) -> CacheLook:
        """Be away."""
        raise AdapterUnavailable


async def test_the_last_page_is_there_while_the_truth_is_away() -> None:
    """For twice as long, also when posts came since; not when somebody on it changed."""
    hybrid, reader, author = await opened()
    pages = hybrid.services.feed.pages
    hybrid.world.clock.advance(100)
    await hybrid.share(author)
    look = await pages.look(reader, "home", 3)
    assert pages.fresh(look) is None
    assert pages.last(look) is not None
    await hybrid.services.graph.blocking.block(author, reader)
    assert pages.last(await pages.look(reader, "home", 3)) is None


async def test_the_last_page_is_over_after_twice_its_time() -> None:
    """Nobody is shown the day before."""
    hybrid, reader, _ = await opened()
    hybrid.world.clock.advance(120.001)
    pages = hybrid.services.feed.pages
    assert pages.last(await pages.look(reader, "home", 3)) is None


async def test_stores_that_are_away_have_nothing_to_say() -> None:
    """The page comes from the truth, no timeline is made, and nothing is kept."""
    hybrid, reader, _ = await opened()
    away = Away()
    stores = attrs.evolve(hybrid.stores, timelines=away, cache=away)
    feed = assemble(attrs.evolve(hybrid.ports, timelines=stores)).feed
    look = await feed.pages.look(reader, "home", 3)
    page = await feed.home.page(reader, None, 3, look)
    assert feed.pages.fresh(look) is None
    assert len(page.items) == 2
    assert page.basis is None
    assert len((await feed.home.page(reader, page.items[0].post.position, 3)).items) == 1


async def test_without_seconds_nothing_is_kept() -> None:
    """Settings may say never."""
    hybrid, reader, _ = await opened()
    never = assemble(attrs.evolve(hybrid.ports, feed=FeedRules(cache_seconds=0)))
    other = attrs.evolve(hybrid, services=never)
    other.world.clock.advance(0.001)
    hybrid.heard.looks.clear()
    await other.opened(reader)
    await other.opened(reader)
    assert "hit" not in hybrid.heard.looks


async def test_without_timelines_every_page_is_read_from_the_truth() -> None:
    """Those who embed the core need not bring any."""
    hybrid, reader, author = await opened()
    plain = attrs.evolve(hybrid, services=assemble(attrs.evolve(hybrid.ports, timelines=None)))
    hybrid.heard.reads.clear()
    posts = await plain.share(author)
    await plain.settle()
    assert posts == (await plain.home(reader))[:1]
    assert posts == (await plain.opened(reader))[:1]
    assert {source for source, _ in hybrid.heard.reads} == {"truth"}


async def test_one_reader_keeps_a_few_pages_whatever_names_clients_choose() -> None:
    """Each is shown under its own name only."""
    hybrid, reader, _ = await opened()
    pages, home = hybrid.services.feed.pages, hybrid.services.feed.home
    places: set[str] = set()
    for number in range(200):
        look = await pages.look(reader, f"name {number}", 3)
        assert look.cached is None
        pages.keep(look, await home.page(reader, None, 3, look), str(number).encode())
        await pages.idle()
        again = await pages.look(reader, f"name {number}", 3)
        assert pages.fresh(again) == str(number).encode()
        places.add(pages._place(f"name {number}"))
    assert len(places) == pages.PLACES
