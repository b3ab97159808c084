"""Wrong keepers of posts."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import attrs

from instagram_core.accounts.model import User, UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.media.model import Original
from instagram_core.memory.tables import Counter
from instagram_core.posts.events import PostPublished, PostSubmitted
from instagram_core.posts.model import (
    Post,
    PostChange,
    PostId,
    PostMedia,
    PostState,
    PostStatus,
    PublishOutcome,
    SharedPost,
)
from instagram_core.testing.contracts.posts import (
    PostProcessingContract,
    PostRepositoryContract,
    ViewerStateContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

posts = Mutants(PostRepositoryContract, "posts")
processing = Mutants(PostProcessingContract, "processing")
states = Mutants(ViewerStateContract, "states")


@posts.caught_by("test_nobody_else_edits")
class PostsAreEditedByAnybody(Around):
    """Does not look whose post it is."""

    async def edit(self, post: PostId, _: UserId, change: PostChange) -> Post | None:
        async with self.tables() as tables:
            row = tables.posts.get(post)
        if row is None:
            return None
        edited: Post | None = await self.right.edit(post, row.post.author_id, change)
        return edited


@posts.caught_by("test_a_deleted_post_is_gone")
class PostsAreDeletedByAnybody(Around):
    """Does not look whose post it is."""

    async def delete(self, post: PostId, _: UserId | None = None) -> bool:
        return bool(await self.right.delete(post))


@posts.caught_by("test_the_author_edits")
class PostsLoseWhatIsNotSet(Around):
    """Takes unset for empty."""

    async def edit(self, post: PostId, author: UserId, change: PostChange) -> Post | None:
        texts = (change.caption, change.location)
        caption, location = (text if isinstance(text, str) else "" for text in texts)
        whole = PostChange(caption=caption, location=location)
        edited: Post | None = await self.right.edit(post, author, whole)
        return edited


@posts.caught_by("test_deletion_takes_likes_and_count_along")
class PostsForgetTheirPlaceInTheCount(Around):
    """Deletes and leaves the author's number as it was."""

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        async with self.tables() as tables:
            counters = dict(tables.counters)
        is_gone = bool(await self.right.delete(post, author))
        async with self.tables() as tables:
            posts = {key: n for key, n in counters.items() if key[0] is Counter.POSTS}
            tables.counters.update(posts)
        return is_gone


@posts.caught_by("test_deletion_discards_every_file")
class PostsForgetOriginals(Around):
    """Discards pictures only, and keeps what nobody may ever see."""

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        async with self.tables() as tables:
            if (row := tables.posts.get(post)) is not None:
                tables.posts[post] = attrs.evolve(row, originals=())
        return bool(await self.right.delete(post, author))


@posts.caught_by("test_deletion_takes_likes_and_count_along")
class PostsLeaveLikes(Around):
    """Keeps likes of what is gone."""

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        async with self.tables() as tables:
            likes = dict(tables.likes)
        is_gone = bool(await self.right.delete(post, author))
        async with self.tables() as tables:
            tables.likes.update(likes)
        return is_gone


@posts.caught_by("test_concurrent_deletions_count_once")
class PostsAreDeletedTwice(Around):
    """Looks first and deletes later."""

    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        async with self.tables() as tables:
            is_there = post in tables.posts
        await asyncio.sleep(0)
        await self.right.delete(post, author)
        return is_there


class _Listed(Around):
    """Lists posts its own way."""

    async def rows(self, author: UserId) -> list[tuple[Position, PostId]]:
        async with self.tables() as tables:
            mine = [row.post for row in tables.posts.values() if row.post.author_id == author]
        found = [(post.position, post.id) for post in mine if post.position is not None]
        return sorted(found, reverse=True)


@posts.caught_by("test_posts_are_listed_newest_first")
class PostsAreListedByUpload(_Listed):
    """Goes by id, so a post that took a minute is buried."""

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        rows = sorted((Position(0, post), post) for _, post in await self.rows(author))
        return cut(rows[::-1], after, limit, inclusive=False)


@posts.caught_by("test_posts_are_listed_newest_first")
class PostsHaveInclusiveCursor(_Listed):
    """Repeats the last row of a page."""

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        return cut(await self.rows(author), after, limit, inclusive=True)


@posts.caught_by("test_posts_are_listed_newest_first")
class PostsListUploads(Around):
    """Shows what is processing."""

    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        async with self.tables() as tables:
            mine = [row.post for row in tables.posts.values() if row.post.author_id == author]
        rows = sorted((p.position or Position(p.uploaded_at, p.id), p.id) for p in mine)
        return cut(rows[::-1], after, limit, inclusive=False)


@posts.caught_by("test_posts_of_deleted_authors_are_absent")
class PostsOutliveTheirAuthors(Around):
    """Gives posts of deleted people."""

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        async with self.tables() as tables:
            rows = {post: tables.posts[post].post for post in posts if post in tables.posts}
            people = {post: tables.accounts[row.author_id].user for post, row in rows.items()}
            return {p: SharedPost(post=row, author=people[p]) for p, row in rows.items()}


@processing.caught_by("test_a_published_post_stays_as_it_is")
class ProcessingPublishesAgain(Around):
    """Replaces the pictures of a published post, and moves it up."""

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        async with self.tables() as tables:
            row = tables.posts.get(post)
            if row is not None and row.post.status is PostStatus.PUBLISHED:
                again = attrs.evolve(row.post, status=PostStatus.PROCESSING)
                tables.posts[post] = attrs.evolve(row, post=again)
        outcome: PublishOutcome = await self.right.publish(post, media, at)
        return outcome


@processing.caught_by("test_a_post_that_is_gone_says_so")
class ProcessingTakesGoneForPublished(Around):
    """Leaves the files of a deleted post lying about."""

    async def publish(self, *what: Any) -> PublishOutcome:
        outcome: PublishOutcome = await self.right.publish(*what)
        return PublishOutcome.ALREADY if outcome is PublishOutcome.GONE else outcome


@processing.caught_by("test_publishing_is_announced_with_its_moment")
class ProcessingAnnouncesEveryRun(Around):
    """Fans a post out twice."""

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        outcome: PublishOutcome = await self.right.publish(post, media, at)
        if outcome is PublishOutcome.ALREADY:
            async with self.tables() as tables:
                author = tables.posts[post].post.author_id
            await self.record(PostPublished(post_id=post, author_id=author, shared_at=at))
        return outcome


@processing.caught_by("test_a_failed_post_is_not_published")
class ProcessingPublishesFailures(Around):
    """Does not look at the status."""

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        async with self.tables() as tables:
            row = tables.posts.get(post)
            if row is not None and row.post.status is PostStatus.FAILED:
                again = attrs.evolve(row.post, status=PostStatus.PROCESSING)
                tables.posts[post] = attrs.evolve(row, post=again)
        outcome: PublishOutcome = await self.right.publish(post, media, at)
        return outcome


@processing.caught_by("test_a_failure_is_visible_and_announced")
class ProcessingFailsWhatIsPublished(Around):
    """Takes a post back that everybody has seen."""

    async def fail(self, post: PostId, reason: str) -> bool:
        async with self.tables() as tables:
            if (row := tables.posts.get(post)) is not None:
                failed = attrs.evolve(row.post, status=PostStatus.FAILED)
                tables.posts[post] = attrs.evolve(row, post=failed)
        await self.right.fail(post, reason)
        return True


@processing.caught_by("test_only_a_failed_post_is_tried_again")
class ProcessingRetriesForAnybody(Around):
    """Does not look whose post it is."""

    async def retry(self, announce: PostSubmitted, _: UserId) -> None:
        async with self.tables() as tables:
            row = tables.posts.get(announce.post_id)
        author = _ if row is None else row.post.author_id
        await self.right.retry(announce, author)


@processing.caught_by("test_originals_come_in_order")
class ProcessingShufflesTheCarousel(Around):
    """Gives originals by stem."""

    async def originals(self, post: PostId) -> tuple[Original, ...] | None:
        found: tuple[Original, ...] | None = await self.right.originals(post)
        return found and tuple(sorted(found, key=lambda original: original.stem))


@processing.caught_by("test_of_many_at_once_one_publishes")
class ProcessingRacesWithItself(Around):
    """Looks first and publishes later."""

    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        is_waiting = await self.right.originals(post) is not None
        await asyncio.sleep(0)
        outcome: PublishOutcome = await self.right.publish(post, media, at)
        return PublishOutcome.PUBLISHED if is_waiting else outcome


class _States(Around):
    """Tells something else about each post."""

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        found: Mapping[PostId, PostState] = await self.right.states(viewer, posts)
        return {p: await self.changed(viewer, p, state) for p, state in found.items()}

    async def changed(self, viewer: UserId | None, post: PostId, state: PostState) -> PostState:
        raise NotImplementedError


@states.caught_by("test_a_like_is_marked_for_whoever_likes")
class StatesMarkLikesOfOthers(_States):
    """Takes anybody's like for the viewer's."""

    async def changed(self, viewer: UserId | None, post: PostId, state: PostState) -> PostState:
        return attrs.evolve(state, is_liked=state.like_count > 0)


@states.caught_by("test_counts_are_exact")
class StatesCountAllLikesTogether(_States):
    """Adds up the likes of every post."""

    async def changed(self, viewer: UserId | None, post: PostId, state: PostState) -> PostState:
        async with self.tables() as tables:
            return attrs.evolve(state, like_count=len(tables.likes))


@states.caught_by("test_the_view_is_of_each_author")
class StatesForgetTheRelationship(_States):
    """Sees every author as a stranger."""

    async def changed(self, viewer: UserId | None, post: PostId, state: PostState) -> PostState:
        stranger = attrs.evolve(state.sight, relationship=type(state.sight.relationship)())
        return attrs.evolve(state, sight=stranger)


@states.caught_by("test_unknown_and_deleted_posts_are_absent")
class StatesHideTheSuspended(Around):
    """Decides what is for the policy to decide."""

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        found: Mapping[PostId, PostState] = await self.right.states(viewer, posts)
        return {post: state for post, state in found.items() if state.sight.is_active}


@states.caught_by("test_posts_of_any_status_are_there")
class StatesHideUploads(Around):
    """Leaves out what its author waits for."""

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        found: Mapping[PostId, PostState] = await self.right.states(viewer, posts)
        async with self.tables() as tables:
            return {p: s for p, s in found.items() if tables.posts[p].post.position is not None}


class _Revised(Around):
    """Gives revisions of its own."""

    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        found = await self.right.states(viewer, posts)
        async with self.tables() as tables:
            rows = {post: tables.posts[post].post for post in found}
            people = {post: tables.accounts[row.author_id].user for post, row in rows.items()}
        return {
            post: attrs.evolve(state, revision=self.revision(rows[post], people[post], state))
            for post, state in found.items()
        }

    def revision(self, post: Post, author: User, state: PostState) -> Hashable:
        raise NotImplementedError


@states.caught_by("test_a_revision_moves_with_the_author")
class StatesForgetTheAuthor(_Revised):
    """Shows old names and pictures for ever."""

    def revision(self, post: Post, author: User, state: PostState) -> Hashable:
        return post


@states.caught_by("test_a_revision_moves_with_the_post")
class StatesForgetThePost(_Revised):
    """Shows old texts for ever."""

    def revision(self, post: Post, author: User, state: PostState) -> Hashable:
        return author


@states.caught_by("test_a_revision_stays_while_nothing_changes")
class StatesReviseWithEveryLike(_Revised):
    """Makes holding posts useless."""

    def revision(self, post: Post, author: User, state: PostState) -> Hashable:
        return (post, author, state.like_count)
