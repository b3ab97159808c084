"""Stored timelines, all of them, compared with the truth and mended."""

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.accounts.ports import AccountReader
from instagram_core.feed.ports import AuthorTimeline, FollowedPosts, TimelineStore
from instagram_core.feed.service.comparing import Comparing, Comparison


@attrs.frozen(kw_only=True)
class Compared:
    """What was found for some accounts."""

    accounts: int
    """So many were looked at; most have neither timeline nor list."""
    timelines: Sequence[Comparison]
    lists: Sequence[Comparison]


class Mending:
    """Walks through all accounts, a few at a time, while everything goes on."""

    PAGE: ClassVar[int] = 500

    def __init__(
        self,
        *,
        accounts: AccountReader,
        comparing: Comparing,
        followed: FollowedPosts,
        timelines: TimelineStore,
        authors: AuthorTimeline,
        cap: int,
    ) -> None:
        """Mend what these keep; lists are filled with `cap` entries."""
        self._accounts = accounts
        self._comparing = comparing
        self._followed = followed
        self._timelines = timelines
        self._authors = authors
        self._cap = cap

    async def count(self) -> int:
        """Give how many accounts there are to walk through."""
        return await self._accounts.count()

    async def walk(self, *, dry_run: bool) -> AsyncIterator[Compared]:
        """Give what is found, page by page of accounts, each mended unless `dry_run`.

        A timeline that lacks something is dropped: its reader is served from the truth, and it is
        made anew. A list of an author is filled again. AdapterUnavailable ends the walk; what was
        mended until then stays so.
        """
        page = await self._accounts.page(None, self.PAGE)
        while page:
            timelines = await self._comparing.timelines(page)
            lists = await self._comparing.lists(page)
            if not dry_run:
                await self._drop(timelines)
                for each in lists:
                    if not each.is_complete:
                        await self._fill(each.owner)
            yield Compared(accounts=len(page), timelines=timelines, lists=lists)
            page = await self._accounts.page(page[-1], self.PAGE)

    async def _drop(self, timelines: Sequence[Comparison]) -> None:
        if readers := [each.owner for each in timelines if not each.is_complete]:
            await self._timelines.drop(readers)

    async def _fill(self, author: UserId) -> None:
        token = await self._authors.begin(author)
        if token is None:
            return  # somebody else is at it
        page = (await self._followed.of_authors([author], self._cap))[author]
        await self._authors.fill(author, token, page.items, page.next)
