"""Wrong keepers of follows, and wrong lists of them."""

import asyncio
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.graph.events import Followed, FollowRequested, Unfollowed
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.graph.follows import start_follow
from instagram_core.testing.contracts.graph import (
    FollowerReaderContract,
    FollowListsContract,
    FollowRepositoryContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

follows = Mutants(FollowRepositoryContract, "follows")
lists = Mutants(FollowListsContract, "follow_lists")
readers = Mutants(FollowerReaderContract, "followers")


@follows.caught_by("test_a_public_account_is_followed_at_once")
class FollowsForgetIdempotency(Around):
    """Announces a repeat as new."""

    async def follow(self, followed: Followed, *rest: Any) -> FollowOutcome:
        outcome: FollowOutcome = await self.right.follow(followed, *rest)
        if not outcome.changed:
            await self.record(followed)
        return attrs.evolve(outcome, changed=True)


@follows.caught_by("test_a_private_account_is_asked")
class FollowsAskNobody(Around):
    """Follows private people at once."""

    async def follow(
        self, followed: Followed, requested: FollowRequested, at: int
    ) -> FollowOutcome:
        outcome: FollowOutcome = await self.right.follow(followed, requested, at)
        if outcome.status is FollowStatus.REQUESTED:
            await self.right.accept(followed, at)
            return attrs.evolve(outcome, status=FollowStatus.FOLLOWING)
        return outcome


@follows.caught_by("test_an_accepted_request_is_a_follow")
class FollowsAcceptWhatNobodyAsked(Around):
    """Makes followers of people who never asked."""

    async def accept(self, followed: Followed, at: int) -> bool:
        async with self.tables() as tables:
            tables.requests[followed.follower_id, followed.followee_id] = at
        return bool(await self.right.accept(followed, at))


@follows.caught_by("test_a_withdrawn_request_is_not_announced")
class FollowsAnnounceWithdrawals(Around):
    """Tells of an end where nothing had begun."""

    async def unfollow(self, unfollowed: Unfollowed) -> FollowOutcome:
        pair = (unfollowed.follower_id, unfollowed.followee_id)
        async with self.tables() as tables:
            was_asking = pair in tables.requests
        if was_asking:
            await self.record(unfollowed)
        outcome: FollowOutcome = await self.right.unfollow(unfollowed)
        return outcome


@follows.caught_by("test_a_block_forbids_following")
class FollowsIgnoreBlocks(Around):
    """Lets the blocked follow."""

    async def follow(
        self, followed: Followed, requested: FollowRequested, at: int
    ) -> FollowOutcome:
        async with self.tables() as tables:
            blocks = dict(tables.blocks)
            tables.blocks.clear()
        outcome: FollowOutcome = await self.right.follow(followed, requested, at)
        async with self.tables() as tables:
            tables.blocks.update(blocks)
        return outcome


@follows.caught_by("test_one_can_always_unfollow")
class FollowsHoldOnToTheSuspended(Around):
    """Ends a follow only where it could begin."""

    async def unfollow(self, unfollowed: Unfollowed) -> FollowOutcome:
        async with self.tables() as tables:
            followee = tables.accounts.get(unfollowed.followee_id)
        if followee is None or followee.user.standing != "active":
            return FollowOutcome(status=FollowStatus.NONE, changed=False)
        outcome: FollowOutcome = await self.right.unfollow(unfollowed)
        return outcome


@follows.caught_by("test_concurrent_repeats_follow_once")
class FollowsRaceWithThemselves(Around):
    """Looks first and counts later."""

    async def follow(self, followed: Followed, *rest: Any) -> FollowOutcome:
        pair = (followed.follower_id, followed.followee_id)
        async with self.tables() as tables:
            is_there = pair in tables.follows
        await asyncio.sleep(0)
        async with self.tables() as tables:
            if not is_there:
                start_follow(tables, *pair, rest[-1])
        await self.record(followed)
        return FollowOutcome(status=FollowStatus.FOLLOWING, changed=not is_there)


@follows.caught_by("test_accepting_all_takes_every_request")
class FollowsAcceptAllForEverybody(Around):
    """Accepts requests to others, too."""

    async def accept_all(self, followee: UserId, at: int) -> int:
        async with self.tables() as tables:
            asked = {pair[1] for pair in tables.requests}
        return sum([await self.right.accept_all(one, at) for one in asked])


class _Followers(Around):
    """Reads followers its own way."""

    async def rows(self, user: UserId, viewer: UserId | None) -> list[tuple[Position, UserId]]:
        shown = (await self.right.followers(user, viewer, None, 1000)).items
        async with self.tables() as tables:
            found = [(Position(at, a), a) for (a, b), at in tables.follows.items() if b == user]
        return sorted((row for row in found if row[1] in shown), reverse=True)


@lists.caught_by("test_the_newest_follow_comes_first")
class FollowListsLoseOrder(_Followers):
    """Lists by id."""

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        rows = sorted(((Position(0, u), u) for _, u in await self.rows(user, viewer)))
        return cut(rows[::-1], after, limit, inclusive=False)


@lists.caught_by("test_the_newest_follow_comes_first")
class FollowListsHaveInclusiveCursor(_Followers):
    """Repeats the last row of a page."""

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        return cut(await self.rows(user, viewer), after, limit, inclusive=True)


@lists.caught_by("test_blocks_hide_people_from_each_other")
class FollowListsShowTheBlocked(Around):
    """Lists for everybody what it lists for nobody."""

    async def following(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        page: Page[UserId] = await self.right.following(user, None, after, limit)
        return page


@lists.caught_by("test_who_is_not_active_is_left_out")
class FollowListsShortenPages(Around):
    """Leaves people out after cutting the page."""

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        async with self.tables() as tables:
            found = [(Position(at, a), a) for (a, b), at in tables.follows.items() if b == user]
        page = cut(sorted(found, reverse=True), after, limit, inclusive=False)
        shown = (await self.right.followers(user, viewer, None, 1000)).items
        return Page(tuple(user for user in page.items if user in shown), page.next)


@lists.caught_by("test_requests_come_newest_first")
class FollowListsTakeAskingForFollowing(Around):
    """Lists those who ask among those who follow."""

    async def followers(self, user: UserId, *rest: Any) -> Page[UserId]:
        page: Page[UserId] = await self.right.followers(user, *rest)
        asking = await self.right.requests(user, *rest[1:])
        return Page((*page.items, *asking.items), page.next)


@lists.caught_by("test_an_accepted_request_counts_from_acceptance")
class FollowListsCountFromAsking(_Followers):
    """Puts a follower where they asked, below what one has read already."""

    async def followers(
        self, user: UserId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        rows = sorted(await self.rows(user, viewer), key=lambda row: row[1], reverse=True)
        return Page(tuple(u for _, u in rows[:limit]), None)


@readers.caught_by("test_the_start_is_exclusive")
class ReaderRepeatsItsStart(Around):
    """Gives the last of a page again."""

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        found: tuple[UserId, ...] = await self.right.page(user, None, 1000)
        return tuple([one for one in found if after is None or one >= after][:limit])


@readers.caught_by("test_all_followers_come_in_order_of_id")
class ReaderGivesThoseWhoAsk(Around):
    """Delivers private posts to whoever asked."""

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        found: tuple[UserId, ...] = await self.right.page(user, None, 1000)
        async with self.tables() as tables:
            asking = {follower for follower, followee in tables.requests if followee == user}
        everybody = sorted({*found, *asking})
        return tuple([one for one in everybody if after is None or one > after][:limit])


@readers.caught_by("test_all_followers_come_in_order_of_id")
class ReaderGoesByTime(Around):
    """Gives followers as they came, so the start of the next page means nothing."""

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        async with self.tables() as tables:
            came = [(at, f) for (f, followee), at in tables.follows.items() if followee == user]
        found = [f for _, f in sorted(came)]
        start = found.index(after) + 1 if after in found else 0
        return tuple(found[start : start + limit])


@readers.caught_by("test_nobody_s_followers_are_none")
class ReaderGivesEverybodysFollowers(Around):
    """Forgets whose followers were asked."""

    async def page(self, _: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        async with self.tables() as tables:
            found = sorted({follower for follower, _ in tables.follows})
        return tuple([one for one in found if after is None or one > after][:limit])


@readers.caught_by("test_who_stays_is_given_once")
class ReaderPagesByOffset(Around):
    """Counts rows, so whoever leaves shifts the rest."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.given = 0

    async def page(self, user: UserId, after: UserId | None, limit: int) -> tuple[UserId, ...]:
        self.given = 0 if after is None else self.given
        found: tuple[UserId, ...] = await self.right.page(user, None, 1000)
        page = found[self.given : self.given + limit]
        self.given += len(page)
        return page
