"""Wrong keepers of likes."""

import asyncio
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_core.testing.contracts.likes import LikeRepositoryContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

likes = Mutants(LikeRepositoryContract, "likes")


@likes.caught_by("test_a_repeated_like_changes_nothing")
class LikesForgetsIdempotency(Around):
    """Counts a repeat again."""

    extra = 0

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        outcome: LikeOutcome = await self.right.add(like, announce)
        self.extra += not outcome.changed
        return attrs.evolve(outcome, changed=True, like_count=outcome.like_count + self.extra)


@likes.caught_by("test_a_repeated_like_keeps_its_time")
class LikesMovesRepeatsUp(Around):
    """Stores the time of the last like."""

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        outcome: LikeOutcome = await self.right.add(like, announce)
        if not outcome.changed:
            await self.right.remove(like.user_id, like.post_id)
            await self.right.add(like)
        return outcome


@likes.caught_by("test_the_announcement_is_the_one_given")
class LikesForgetsToAnnounce(Around):
    """Drops the event."""

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        outcome: LikeOutcome = await self.right.add(like)
        return outcome


@likes.caught_by("test_a_repeated_like_changes_nothing")
class LikesAnnouncesRepeats(Around):
    """Records the event whether or not something changed."""

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        outcome: LikeOutcome = await self.right.add(like)
        if announce is not None:
            async with self.right._database.work():
                self.right._database.record(announce)
        return outcome


@likes.caught_by("test_taking_back_again_changes_nothing")
class LikesFallsBelowZero(Around):
    """Counts down without looking."""

    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        outcome: LikeOutcome = await self.right.remove(user, post, announce)
        return outcome if outcome.changed else LikeOutcome(changed=False, like_count=-1)


@likes.caught_by("test_a_private_post_is_for_followers")
class LikesAsksNobody(Around):
    """Lets everybody like everything."""

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        try:
            outcome: LikeOutcome = await self.right.add(like, announce)
        except PostNotFound:
            return LikeOutcome(changed=True, like_count=1)
        return outcome


@likes.caught_by("test_a_like_can_always_be_taken_back")
class LikesKeepsWhatOneMayNotSee(Around):
    """Refuses to take a like back from a post that went private."""

    async def remove(
        self, user: UserId, post: PostId, announce: PostUnliked | None = None
    ) -> LikeOutcome:
        async with self.right._database.work() as tables:
            row = tables.posts.get(post)
            hidden = row is not None and tables.accounts[row.post.author_id].user.is_private
        if hidden:
            raise PostNotFound
        outcome: LikeOutcome = await self.right.remove(user, post, announce)
        return outcome


class _Lists(Around):
    """Keeps likers right; mutants change how they are read."""

    async def all_of(self, post: PostId, viewer: UserId | None) -> list[tuple[Position, UserId]]:
        async with self.right._database.work() as tables:
            found = [(Position(at, u), u) for (p, u), at in tables.likes.items() if p == post]
        shown = (await self.right.likers(post, viewer, None, 1000)).items
        return sorted((row for row in found if row[1] in shown), reverse=True)


@likes.caught_by("test_likers_come_newest_first")
class LikesLosesOrder(_Lists):
    """Lists by id alone."""

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        rows = sorted(((Position(0, u), u) for _, u in await self.all_of(post, viewer)))[::-1]
        rows = [row for row in rows if after is None or row[0] < after]
        more = rows[limit - 1][0] if len(rows) > limit else None
        return Page(tuple(user for _, user in rows[:limit]), more)


@likes.caught_by("test_likers_come_newest_first")
class LikesHasInclusiveCursor(_Lists):
    """Repeats the last row of a page at the top of the next."""

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        rows = [r for r in await self.all_of(post, viewer) if after is None or r[0] <= after]
        more = rows[limit - 1][0] if len(rows) > limit else None
        return Page(tuple(user for _, user in rows[:limit]), more)


@likes.caught_by("test_likers_come_newest_first")
class LikesSkipsTies(_Lists):
    """Compares the time alone and loses those of one moment."""

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        rows = [r for r in await self.all_of(post, viewer) if after is None or r[0].at < after.at]
        more = rows[limit - 1][0] if len(rows) > limit else None
        return Page(tuple(user for _, user in rows[:limit]), more)


@likes.caught_by("test_likers_are_filtered_for_the_viewer")
class LikesShowsTheBlocked(Around):
    """Lists for everybody what it lists for nobody."""

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        page: Page[UserId] = await self.right.likers(post, None, after, limit)
        return page


@likes.caught_by("test_likers_are_filtered_for_the_viewer")
class LikesShortensPages(Around):
    """Filters after cutting the page."""

    async def likers(
        self, post: PostId, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[UserId]:
        page: Page[UserId] = await self.right.likers(post, None, after, limit)
        shown = (await self.right.likers(post, viewer, None, 1000)).items
        return Page(tuple(user for user in page.items if user in shown), page.next)


@likes.caught_by("test_posts_are_counted_apart")
class LikesShareOneCounter(Around):
    """Counts all likes of all posts together."""

    async def _outcome(self, changed: bool) -> LikeOutcome:  # noqa: FBT001 - a mutant
        async with self.right._database.work() as tables:
            return LikeOutcome(changed=changed, like_count=len(tables.likes))

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        return await self._outcome((await self.right.add(like, announce)).changed)


@likes.caught_by("test_concurrent_repeats_count_once")
class LikesRacesWithItself(Around):
    """Looks first and writes later."""

    async def add(self, like: Like, announce: PostLiked | None = None) -> LikeOutcome:
        page = await self.right.likers(like.post_id, None, None, 1000)
        await asyncio.sleep(0)
        outcome: LikeOutcome = await self.right.add(like, announce)
        return attrs.evolve(outcome, changed=like.user_id not in page.items)


@likes.caught_by("test_cancellation_leaves_the_store_usable")
class LikesSwallowsCancellation(Around):
    """Goes on after it was cancelled."""

    async def likers(self, *arguments: Any) -> Page[UserId]:
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return Page(())
        page: Page[UserId] = await self.right.likers(*arguments)
        return page


@likes.caught_by("test_cancellation_leaves_the_store_usable")
class LikesLeaksConnections(Around):
    """Never gives back what a cancelled call had taken."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.free = asyncio.Semaphore(5)

    async def likers(self, *arguments: Any) -> Page[UserId]:
        await self.free.acquire()
        await asyncio.sleep(0)
        page: Page[UserId] = await self.right.likers(*arguments)
        self.free.release()
        return page
