"""Wrong keepers of blocks, mutes and close friends."""

from typing import Any

from instagram_core.accounts.model import UserId
from instagram_core.graph.events import Blocked, Unblocked
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.graph.follows import start_follow
from instagram_core.memory.tables import Counter
from instagram_core.testing.contracts.graph import (
    BlockRepositoryContract,
    PersonalListRepositoryContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

blocks = Mutants(BlockRepositoryContract, "blocks")
personal = Mutants(PersonalListRepositoryContract, "personal_lists")


class _Restoring(Around):
    """Blocks, and puts something back."""

    async def block(self, blocked: Blocked, at: int) -> bool:
        async with self.tables() as tables:
            before = {
                "follows": dict(tables.follows),
                "requests": dict(tables.requests),
                "lists": dict(tables.lists),
                "likes": dict(tables.likes),
            }
            counters = dict(tables.counters)
        is_new = bool(await self.right.block(blocked, at))
        async with self.tables() as tables:
            self.restore(blocked, tables, before)
            self.recount(tables, counters)
        return is_new

    def restore(self, blocked: Blocked, tables: Any, before: Any) -> None:
        """Put rows back."""

    def recount(self, tables: Any, counters: Any) -> None:
        """Put counters back."""


@blocks.caught_by("test_follows_and_requests_end_both_ways")
class BlockEndsOneDirection(_Restoring):
    """Lets the blocked go on following."""

    def restore(self, blocked: Blocked, tables: Any, before: Any) -> None:
        pair = (blocked.blocked_id, blocked.blocker_id)
        if pair in before["follows"]:
            start_follow(tables, *pair, before["follows"][pair])


@blocks.caught_by("test_likes_on_each_other_s_posts_go")
class BlockLeavesLikes(_Restoring):
    """Keeps likes of the two on each other's posts."""

    def restore(self, blocked: Blocked, tables: Any, before: Any) -> None:
        for like in before["likes"].keys() - tables.likes.keys():
            tables.likes[like] = before["likes"][like]
            tables.count(Counter.LIKES, like[0], +1)


@blocks.caught_by("test_likes_on_each_other_s_posts_go")
class BlockForgetsToCountLikes(_Restoring):
    """Removes likes and keeps their number."""

    def recount(self, tables: Any, counters: Any) -> None:
        for (counter, subject), stands in counters.items():
            if counter is Counter.LIKES:
                tables.counters[counter, subject] = stands


@blocks.caught_by("test_lists_forget_both")
class BlockLeavesLists(_Restoring):
    """Keeps a blocked person as a close friend."""

    def restore(self, blocked: Blocked, tables: Any, before: Any) -> None:
        tables.lists.update(before["lists"])


@blocks.caught_by("test_a_block_is_made_once")
class BlockAnnouncesRepeats(Around):
    """Takes a repeat for new."""

    async def block(self, blocked: Blocked, at: int) -> bool:
        if not await self.right.block(blocked, at):
            await self.record(blocked)
        return True


@blocks.caught_by("test_both_may_block_each_other")
class UnblockLiftsBoth(Around):
    """Lifts the other's block too."""

    async def unblock(self, unblocked: Unblocked) -> bool:
        async with self.tables() as tables:
            tables.blocks.pop((unblocked.blocked_id, unblocked.blocker_id), None)
        return bool(await self.right.unblock(unblocked))


@blocks.caught_by("test_blocks_are_paged_newest_first")
class BlocksHaveInclusiveCursor(Around):
    """Repeats the last row of a page."""

    async def page(self, blocker: UserId, after: Position | None, limit: int) -> Page[UserId]:
        shown = (await self.right.page(blocker, None, 1000)).items
        async with self.tables() as tables:
            found = [(Position(at, b), b) for (a, b), at in tables.blocks.items() if a == blocker]
        rows = sorted((row for row in found if row[1] in shown), reverse=True)
        return cut(rows, after, limit, inclusive=True)


@personal.caught_by("test_lists_and_owners_are_apart")
class ListsAreOne(Around):
    """Takes the muted for friends."""

    async def put(self, _: PersonalList, *rest: Any) -> bool:
        return bool(await self.right.put(PersonalList.MUTES, *rest))

    async def page(self, _: PersonalList, *rest: Any) -> Page[UserId]:
        page: Page[UserId] = await self.right.page(PersonalList.MUTES, *rest)
        return page


@personal.caught_by("test_a_person_is_listed_once")
class ListsMoveRepeatsUp(Around):
    """Stores the time of the last call."""

    async def put(self, which: PersonalList, owner: UserId, member: UserId, *rest: Any) -> bool:
        was_there = bool(await self.right.remove(which, owner, member))
        await self.right.put(which, owner, member, *rest)
        return not was_there


@personal.caught_by("test_what_changed_is_announced")
class ListsAnnounceRepeats(Around):
    """Records the event whether or not something changed."""

    async def put(self, *what: Any) -> bool:
        is_new = bool(await self.right.put(*what[:4]))
        await self.record(*what[4:])
        return is_new


@personal.caught_by("test_who_is_not_there_cannot_be_listed")
class ListsTakeAnybody(Around):
    """Lists people whom one blocks, or who are not there."""

    async def put(
        self, which: PersonalList, owner: UserId, member: UserId, at: int, *_: Any
    ) -> bool:
        async with self.tables() as tables:
            is_new = (which, owner, member) not in tables.lists
            tables.lists[which, owner, member] = at
        return is_new


@personal.caught_by("test_who_is_not_active_is_left_out")
class ListsForgetTheSuspended(Around):
    """Takes people off for good while they are away."""

    async def page(self, which: PersonalList, owner: UserId, *rest: Any) -> Page[UserId]:
        shown = (await self.right.page(which, owner, None, 1000)).items
        async with self.tables() as tables:
            for row in [row for row in tables.lists if row[:2] == (which, owner)]:
                if row[2] not in shown:
                    del tables.lists[row]
        page: Page[UserId] = await self.right.page(which, owner, *rest)
        return page
