"""Reading the home feed."""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import HomePage, PageBasis
from instagram_core.feed.policy import name_of_author, name_of_reader
from instagram_core.feed.service.entries import Entries, HomeEntries
from instagram_core.feed.service.looking import FirstLook
from instagram_core.feed.service.pulling import NEVER
from instagram_core.kernel.paging import Position
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostId, PostStatus, PostView
from instagram_core.visibility.policy import belongs_in_feed


class HomeFeed:
    """Shows the posts of oneself and of those one follows, newest first, none missing."""

    AT_ONCE: ClassVar[int] = 100
    """Posts looked at in one step, to find some that are not hidden."""

    def __init__(self, *, entries: HomeEntries, hydrator: PostHydrator) -> None:
        """Work on these."""
        self._entries = entries
        self._hydrator = hydrator

    async def page(
        self, reader: UserId, after: Position | None, limit: int, look: FirstLook | None = None
    ) -> HomePage:
        """Give a page of the home feed.

        - Home is oneself and whom one follows now; muted and blocked people are not in it.
        - Pages are full while there is more, whatever was hidden; the cursor goes on from the
          last post scanned.
        - Two round trips, whatever the page holds, unless posts were hidden: one for a timeline,
          one for the posts. A `look` at the same page saves the first.
        """
        entries = await self._first(reader, after, limit, look)
        shown = await self.visible(reader, _posts(entries))
        basis = _basis(reader, entries)
        if len(shown) < limit and entries.next is not None:
            # Somebody's posts were taken away below the timeline's feet: soon it is as before.
            basis = None if basis is None else attrs.evolve(basis, top=None)
            self._entries.renew(reader, entries)
        wanted = limit - len(shown)
        while len(shown) < limit and entries.next is not None:
            entries = await self._entries.page(reader, entries.next, wanted)
            basis = None if basis is None else _joined(basis, entries)
            shown += await self.visible(reader, _posts(entries))
            # Hundreds in a row may be hidden, of somebody who was suspended.
            wanted = min(4 * wanted, self.AT_ONCE)
        if len(shown) > limit:
            return HomePage(tuple(shown[:limit]), shown[limit - 1].post.position, basis)
        return HomePage(tuple(shown), entries.next, basis)

    async def _first(
        self, reader: UserId, after: Position | None, limit: int, look: FirstLook | None
    ) -> Entries:
        if look is not None and after is None:
            return await self._entries.first(look)
        return await self._entries.page(reader, after, limit)

    async def visible(self, reader: UserId, posts: Sequence[PostId]) -> list[PostView]:
        """Give those posts that belong in the reader's home now, in the order asked for."""
        views = await self._hydrator.views(reader, posts)
        return [
            view
            for view in views
            if view.post.status is PostStatus.PUBLISHED and belongs_in_feed(view.state.sight)
        ]


def _posts(entries: Entries) -> list[PostId]:
    return [entry.post_id for entry in entries.items]


def _basis(reader: UserId, entries: Entries) -> PageBasis | None:
    if entries.moment == NEVER:
        return None
    names = {name_of_reader(reader), *_authors(entries), *map(name_of_author, entries.pulled)}
    return PageBasis(moment=entries.moment, names=frozenset(names), top=entries.top)


def _joined(basis: PageBasis, entries: Entries) -> PageBasis:
    """Let a page rest on more entries, which were read after its moment."""
    return attrs.evolve(basis, names=basis.names | _authors(entries))


def _authors(entries: Entries) -> set[str]:
    return {name_of_author(entry.author_id) for entry in entries.items}
