"""Reading the home feed in the ranked order."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.frozen import FrozenOrder, KeptOrders, Place
from instagram_core.feed.model import (
    CachedPage,
    CacheLook,
    FeedEntry,
    HomePage,
    PageBasis,
    RankRules,
)
from instagram_core.feed.policy import name_of_author, name_of_reader
from instagram_core.feed.ports import Affinities, FeedCache
from instagram_core.feed.ranking import Candidate, ranked
from instagram_core.feed.service.entries import HomeEntries
from instagram_core.feed.service.home import HomeFeed
from instagram_core.feed.service.looking import FirstLook
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterError, AdapterUnavailable
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import PostId, PostView

Views = Mapping[PostId, PostView]


@attrs.frozen(kw_only=True)
class _Ranking:
    """An order that was just made, with the posts that were read for it."""

    order: FrozenOrder
    views: Views


class RankedFeed:
    """Shows the newest posts of a home feed best first, and all older ones newest first."""

    KEPT_SECONDS: ClassVar[int] = 3600
    """For how long the order of a visit is kept."""
    KEPT: ClassVar[int] = 4
    """Orders of one reader that are kept, the latest: one for each device, say."""
    NAME: ClassVar[str] = "ranked"

    def __init__(
        self,
        *,
        home: HomeFeed,
        entries: HomeEntries,
        affinities: Affinities,
        cache: FeedCache,
        clock: Clock,
        ids: IdGenerator,
        rules: RankRules,
    ) -> None:
        """Rank what is in `entries`, show of it what `home` would, keep orders in `cache`."""
        self._home = home
        self._entries = entries
        self._affinities = affinities
        self._cache = cache
        self._clock = clock
        self._ids = ids
        self._rules = rules

    async def page(
        self, reader: UserId, after: Position | None, limit: int, look: FirstLook | None = None
    ) -> HomePage:
        """Give a page of the home feed, the posts that are worth most to its reader first.

        - The same posts as in the order of time, each once. The newest 200 (a setting) are ranked:
          by their age, their likes, how close their authors are to the reader, and their kind, with
          many authors near the top. Older ones follow, newest first, to the very first.
        - The order is that of the moment of the first page and holds for an hour of paging,
          whatever is posted or liked meanwhile. What is hidden since is left out. Should it get
          lost, posts are ranked again as of that moment, and one may be shown twice or not at all.
        - What cannot be read of affinities counts for nothing; what cannot be ranked comes in the
          order of time.
        - A first page that a `look` at it came before can be kept, for while nothing can be read.
        """
        if after is None:
            return await self._first(reader, limit, look)
        place = Place.of(after)
        if place is None:
            return await self._home.page(reader, after, limit)
        order = await self._found(reader, place.order)
        return await self._page(reader, order, place.offset, limit, {})

    async def _first(self, reader: UserId, limit: int, look: FirstLook | None) -> HomePage:
        now = to_milliseconds(self._clock.now())
        identity = FrozenOrder.new_id(now, self._ids.new())
        try:
            ranking, kept = await asyncio.gather(
                self._ranked(reader, identity, None), self._look(reader)
            )
        except AdapterUnavailable:
            return await self._home.page(reader, None, limit, look)
        if len(ranking.order.posts) > limit:
            await self._keep(reader, ranking.order, kept)
        page = await self._page(reader, ranking.order, 0, limit, ranking.views)
        return attrs.evolve(page, basis=_basis(reader, page, look))

    async def _page(
        self, reader: UserId, order: FrozenOrder, offset: int, limit: int, known: Views
    ) -> HomePage:
        shown: list[PostView] = []
        while len(shown) < limit and offset < len(order.posts):
            posts = order.posts[offset : offset + limit - len(shown)]
            if known:
                shown += [known[post] for post in posts]
            else:
                shown += await self._home.visible(reader, posts)
            offset += len(posts)
        if len(shown) == limit or order.floor is None:
            return HomePage(tuple(shown), order.after(offset))
        rest = await self._home.page(reader, order.floor, limit - len(shown))
        return HomePage((*shown, *rest.items), rest.next)

    async def _found(self, reader: UserId, identity: UUID) -> FrozenOrder:
        """Give the order of an earlier page, made again where it is lost."""
        look = await self._look(reader)
        with suppress(ValueError):  # what another release kept is none
            if found := _kept(look).find(identity):
                return found
        newest = Position(FrozenOrder.time_of(identity) + 1, UUID(int=0))
        order = (await self._ranked(reader, identity, newest)).order
        await self._keep(reader, order, look)
        return order

    async def _ranked(self, reader: UserId, identity: UUID, newest: Position | None) -> _Ranking:
        """Rank the candidates older than `newest`, as of the time in `identity`."""
        at = FrozenOrder.time_of(identity)
        found = await self._candidates(reader, newest)
        shown, strengths = await asyncio.gather(
            self._home.visible(reader, [entry.post_id for entry in found.items]),
            self._strengths(reader, found.items, at),
        )
        views = {view.post.id: view for view in shown}
        candidates = (
            _candidate(entry, views[entry.post_id], strengths)
            for entry in found.items
            if entry.post_id in views
        )
        posts = tuple(each.post for each in ranked(candidates, self._rules, at))
        return _Ranking(order=FrozenOrder(id=identity, posts=posts, floor=found.next), views=views)

    async def _candidates(self, reader: UserId, after: Position | None) -> Page[FeedEntry]:
        found: list[FeedEntry] = []
        while True:
            wanted = self._rules.candidates - len(found)
            page = await self._entries.page(reader, after, wanted)
            found += page.items
            after = page.next
            if after is None or len(found) == self._rules.candidates:
                return Page(tuple(found), after)

    async def _strengths(
        self, reader: UserId, entries: Iterable[FeedEntry], at: int
    ) -> Mapping[UserId, float]:
        authors = {entry.author_id for entry in entries} - {reader}
        if not authors or not self._rules.relationship:
            return {}
        try:
            return await self._affinities.strengths(reader, authors, at)
        except AdapterError:
            return {}

    async def _look(self, reader: UserId) -> CacheLook | None:
        try:
            return await self._cache.look(reader, self.NAME)
        except AdapterError:
            return None

    async def _keep(self, reader: UserId, order: FrozenOrder, look: CacheLook | None) -> None:
        if look is None:
            return
        since = to_milliseconds(self._clock.now()) - 1000 * self.KEPT_SECONDS
        orders = _kept(look).with_latest(order, since=since, most=self.KEPT)
        # They rest on nobody: what their posts may show is asked whenever they are read.
        basis = PageBasis(moment=look.moment, names=frozenset(), top=None)
        made_at = FrozenOrder.time_of(order.id)
        page = CachedPage(body=bytes(orders), basis=basis, made_at=made_at)
        with suppress(AdapterError):
            await self._cache.put(reader, self.NAME, page, self.KEPT_SECONDS)


def _basis(reader: UserId, page: HomePage, look: FirstLook | None) -> PageBasis | None:
    if look is None or look.moment is None:
        return None
    authors = {name_of_author(view.author.id) for view in page.items}
    names = frozenset({name_of_reader(reader), *authors})
    return PageBasis(moment=look.moment, names=names, top=None)


def _kept(look: CacheLook | None) -> KeptOrders:
    if look is None or look.page is None:
        return KeptOrders()
    return KeptOrders.from_bytes(look.page.body)


def _candidate(entry: FeedEntry, view: PostView, strengths: Mapping[UserId, float]) -> Candidate:
    return Candidate(
        position=entry.position,
        author=entry.author_id,
        likes=view.state.like_count,
        comments=view.state.comment_count,
        pictures=len(view.post.media),
        strength=strengths.get(entry.author_id, 0.0),
    )
