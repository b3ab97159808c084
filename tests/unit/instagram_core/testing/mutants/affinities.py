"""Wrong keepers of affinities."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from instagram_core.accounts.model import UserId
from instagram_core.feed.affinity import WORTH, Interaction, faded
from instagram_core.memory.tables import VisitRow
from instagram_core.testing.contracts.feed.affinities import AffinitiesContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

affinities = Mutants(AffinitiesContract, "affinities")

Strengths = Mapping[UserId, float]


class _Reads(Around):
    """Asks what is right; mutants change what is asked or given."""

    async def ask(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        found: Strengths = await self.right.strengths(reader, authors, at)
        return found


@affinities.caught_by("test_who_was_never_liked_nor_visited_is_absent")
class AffinitiesGivesZeros(_Reads):
    """Has a word about everybody."""

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        asked = list(authors)
        return dict.fromkeys(asked, 0.0) | dict(await self.ask(reader, asked, at))


@affinities.caught_by("test_likes_of_an_authors_posts_add_up")
class AffinitiesCountsAuthorsOnce(_Reads):
    """Asks whether there is any like, not how many."""

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        return dict.fromkeys(await self.ask(reader, authors, at), WORTH[Interaction.LIKE])


@affinities.caught_by("test_likes_of_an_authors_posts_add_up")
class AffinitiesCountsEverybodysLikes(Around):
    """Takes the likes of all for those of the reader."""

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        asked, found = set(authors), dict[UserId, float]()
        async with self.tables() as tables:
            for (post, _), since in tables.likes.items():
                author = tables.posts[post].post.author_id
                if author in asked:
                    found[author] = found.get(author, 0) + faded(1, since, at)
        return found


@affinities.caught_by("test_a_like_taken_back_counts_nothing")
class AffinitiesRemembersLikes(_Reads):
    """Never believes that anything ended."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.most: dict[UserId, float] = {}

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        asked = list(authors)
        async with self.tables() as tables:
            return {
                author: float(sum(row.post.author_id == author for row in tables.posts.values()))
                + 1
                for author in asked
            }


@affinities.caught_by("test_what_was_done_fades")
class AffinitiesNeverFades(_Reads):
    """Gives what it was worth in its time."""

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        return await self.ask(reader, authors, 0)


@affinities.caught_by("test_visits_add_up_with_likes")
class AffinitiesKeepsTheLastVisit(Around):
    """Replaces instead of adding."""

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        is_recorded: bool = await self.right.visited(viewer, owner, at)
        if is_recorded:
            async with self.tables() as tables:
                tables.visits[viewer, owner] = VisitRow(strength=1, at=at)
        return is_recorded


@affinities.caught_by("test_visits_may_come_in_any_order")
class AffinitiesTakesVisitsForTheLatest(Around):
    """Fades towards whatever came last."""

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        async with self.tables() as tables:
            row = tables.visits.get((viewer, owner), VisitRow(strength=0, at=at))
            strength = faded(row.strength, row.at, at) + 1
            tables.visits[viewer, owner] = VisitRow(strength=strength, at=at)
        return True


@affinities.caught_by("test_oneself_is_never_close")
class AffinitiesAdmiresItself(Around):
    """Counts looks at one's own profile."""

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        return viewer == owner or bool(await self.right.visited(viewer, owner, at))


class _Hoards(Around):
    """Keeps visits aside, where nothing that ends finds them."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.kept: dict[tuple[UserId, UserId], int] = {}

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        is_recorded: bool = await self.right.visited(viewer, owner, at)
        if is_recorded:
            self.kept[viewer, owner] = at
        return is_recorded

    async def strengths(self, reader: UserId, authors: Iterable[UserId], at: int) -> Strengths:
        worth = WORTH[Interaction.VISIT]
        kept = {author: self.kept.get((reader, author)) for author in authors}
        return {a: faded(worth, since, at) for a, since in kept.items() if since is not None}


@affinities.caught_by("test_a_block_ends_it_both_ways")
class AffinitiesSurvivesBlocks(_Hoards):
    """Knows nothing of blocks."""


@affinities.caught_by("test_erasing_either_account_forgets_visits")
class AffinitiesSurvivesErasing(_Hoards):
    """Knows nothing of accounts that end."""


@affinities.caught_by("test_only_who_is_there_is_visited")
class AffinitiesAsksNobody(Around):
    """Records whatever it is told."""

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        await self.right.visited(viewer, owner, at)
        return viewer != owner


@affinities.caught_by("test_cancellation_leaves_the_store_usable")
class AffinitiesSwallowsCancellation(Around):
    """Goes on after it was cancelled."""

    async def strengths(self, *arguments: Any) -> Strengths:
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return {}
        found: Strengths = await self.right.strengths(*arguments)
        return found
