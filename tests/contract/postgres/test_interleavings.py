"""Two calls, the second started while the first is not yet committed: one order or the other."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import AccountChange, UserId
from instagram_core.graph.events import Blocked, Followed, Unfollowed
from instagram_core.graph.model import FollowStatus, PersonalList
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.posts.errors import PostNotFailedError, PostNotFound
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostChange, PostId, PublishOutcome
from instagram_core.testing import factories
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, arena
from tests.servers.postgres import Databases

Play = Callable[[Arena], Awaitable[None]]


def on(databases: Callable[[], Databases], play: Play) -> None:
    """Run a test in an arena; in the end everything must fit."""

    async def run() -> None:
        async with arena(databases) as ring:
            await play(ring)
            await ring.check()

    asyncio.run(run())


async def like(ring: Arena, user: UserId, post: PostId) -> LikeOutcome:
    """Like a post."""
    return await ring.family.likes.add(Like(user_id=user, post_id=post, at=1))


async def block(ring: Arena, one: UserId, other: UserId) -> bool:
    """Block somebody."""
    return await ring.family.blocks.block(Blocked(blocker_id=one, blocked_id=other), 1)


@BOTH_SERVERS
class TestLikes:
    def test_a_block_takes_a_like_with_it_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The block waits for it, or it would stay for ever."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            assert await ring.interleave(lambda: like(ring, bob, post), block(ring, ann, bob))
            assert (await ring.family.likes.likers(post, None, None, 5)).items == ()

        on(databases, play)

    def test_a_like_finds_a_block_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits, then it is refused."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            with pytest.raises(PostNotFound):
                await ring.interleave(lambda: block(ring, ann, bob), like(ring, bob, post))

        on(databases, play)

    def test_a_deletion_takes_a_like_with_it_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Whether it is the first of the post, or one of several."""

        async def play(ring: Arena) -> None:
            ann, bob, cem = await ring.scene.users(3)
            for likers in ([], [cem]):
                post = await ring.scene.post(ann)
                for liker in likers:
                    await like(ring, liker, post)
                first = lambda post=post: like(ring, bob, post)  # noqa: E731 - bound here
                assert await ring.interleave(first, ring.family.posts.delete(post))

        on(databases, play)

    def test_a_like_finds_a_deletion_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The post is gone, so no slot is left and none can be opened."""

        async def play(ring: Arena) -> None:
            ann, bob, cem = await ring.scene.users(3)
            post = await ring.scene.post(ann)
            await like(ring, cem, post)
            delete = ring.family.posts.delete
            with pytest.raises(PostNotFound):
                await ring.interleave(lambda: delete(post), like(ring, bob, post))

        on(databases, play)

    def test_a_repeat_beside_the_first_changes_nothing(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits for its twin, and its count has the twin in it."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            outcome = await ring.interleave(lambda: like(ring, bob, post), like(ring, bob, post))
            assert LikeOutcome(changed=False, like_count=1) == outcome

        on(databases, play)

    def test_an_unlike_beside_another_changes_nothing(
        self, databases: Callable[[], Databases]
    ) -> None:
        """A like is taken back once."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            await like(ring, bob, post)
            remove = ring.family.likes.remove
            outcome = await ring.interleave(lambda: remove(bob, post), remove(bob, post))
            assert LikeOutcome(changed=False, like_count=0) == outcome

        on(databases, play)

    def test_two_likers_do_not_wait_for_each_other(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The second takes another slot; it does not count what is not committed."""

        async def play(ring: Arena) -> None:
            ann, bob, cem = await ring.scene.users(3)
            post = await ring.scene.post(ann)
            await like(ring, ann, post)  # or both would open a slot, by chance the same
            outcome = await ring.interleave(lambda: like(ring, bob, post), like(ring, cem, post))
            assert LikeOutcome(changed=True, like_count=2) == outcome
            assert (await like(ring, ann, post)).like_count == 3
            assert len(await ring.rows("SELECT FROM like_slots")) == 2

        on(databases, play)


@BOTH_SERVERS
class TestFollows:
    def test_a_request_beside_going_public_does_not_stay(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The switch waits for the request and accepts it."""

        async def play(ring: Arena) -> None:
            ann = await ring.scene.user(is_private=True)
            bob = await ring.scene.user()
            await ring.interleave(
                lambda: ring.scene.request(bob, ann), ring.set_private(ann, is_private=False)
            )
            assert await ring.scene.request(bob, ann) is FollowStatus.FOLLOWING

        on(databases, play)

    def test_a_follow_beside_going_public_is_no_request(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits to know, or it would ask an account that nobody has to ask."""

        async def play(ring: Arena) -> None:
            ann = await ring.scene.user(is_private=True)
            bob = await ring.scene.user()
            status = await ring.interleave(
                lambda: ring.set_private(ann, is_private=False), ring.scene.request(bob, ann)
            )
            assert status is FollowStatus.FOLLOWING

        on(databases, play)

    def test_a_follow_beside_going_private_is_a_request(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits to know, or it would see what is private by now."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            change = AccountChange(is_private=True)
            status = await ring.interleave(
                lambda: ring.family.users.change(ann, change), ring.scene.request(bob, ann)
            )
            assert status is FollowStatus.REQUESTED

        on(databases, play)

    def test_a_block_ends_a_follow_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Both ways."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            for one, other in ((ann, bob), (bob, ann)):
                await ring.interleave(lambda: ring.scene.request(ann, bob), block(ring, one, other))
                assert await ring.rows("SELECT FROM follows") == []
                await ring.rows("DELETE FROM blocks")

        on(databases, play)

    def test_a_block_ends_a_follow_that_is_being_accepted(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Also when everybody is accepted at once, without a lock of each pair."""

        async def play(ring: Arena) -> None:
            ann = await ring.scene.user(is_private=True)
            bob = await ring.scene.user()
            followed = Followed(follower_id=bob, followee_id=ann)
            for accept in (
                lambda: ring.family.follows.accept_all(ann, 1),
                lambda: ring.family.follows.accept(followed, 1),
            ):
                await ring.scene.request(bob, ann)
                assert await ring.interleave(accept, block(ring, bob, ann))
                assert await ring.rows("SELECT FROM follows") == []
                await ring.rows("DELETE FROM blocks")

        on(databases, play)

    def test_an_unfollow_ends_a_follow_that_is_being_accepted(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The request it came to withdraw has become a follow meanwhile."""

        async def play(ring: Arena) -> None:
            ann = await ring.scene.user(is_private=True)
            bob = await ring.scene.user()
            await ring.scene.request(bob, ann)
            gone = Unfollowed(follower_id=bob, followee_id=ann)
            outcome = await ring.interleave(
                lambda: ring.family.follows.accept_all(ann, 1), ring.family.follows.unfollow(gone)
            )
            assert outcome.changed
            assert await ring.rows("SELECT FROM follows") == []

        on(databases, play)

    def test_a_block_ends_a_listing_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """And nobody is listed beside a block."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            put = ring.family.personal_lists.put
            await ring.interleave(
                lambda: put(PersonalList.MUTES, ann, bob, 1), block(ring, bob, ann)
            )
            assert await ring.rows("SELECT FROM personal_lists") == []
            await ring.rows("DELETE FROM blocks")
            with pytest.raises(UserNotFound):
                await ring.interleave(
                    lambda: block(ring, bob, ann), put(PersonalList.CLOSE_FRIENDS, ann, bob, 1)
                )

        on(databases, play)

    def test_a_follow_is_accepted_once(self, databases: Callable[[], Databases]) -> None:
        """By one of two calls at once."""

        async def play(ring: Arena) -> None:
            ann = await ring.scene.user(is_private=True)
            bob = await ring.scene.user()
            followed = Followed(follower_id=bob, followee_id=ann)
            follows = ring.family.follows
            for first, second, nothing in (
                (lambda: follows.accept(followed, 1), follows.accept_all(ann, 1), 0),
                (lambda: follows.accept_all(ann, 1), follows.accept(followed, 1), False),
                (lambda: follows.accept(followed, 1), follows.decline(bob, ann), False),
            ):
                await ring.scene.request(bob, ann)
                assert await ring.interleave(first, second) == nothing
                await follows.unfollow(Unfollowed(follower_id=bob, followee_id=ann))

        on(databases, play)

    def test_counters_are_locked_in_the_order_of_ids(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Who waits for the first person's does not yet hold the second one's."""

        async def play(ring: Arena) -> None:
            first, second = await ring.scene.users(2)
            hold = "UPDATE profile_counters SET posts = posts WHERE user_id = %(id)s"
            free = "SELECT true FROM profile_counters WHERE user_id = %(id)s FOR UPDATE SKIP LOCKED"

            async def second_is_free() -> None:
                assert await ring.rows(free, id=second) == [(True,)]

            for pair in [(first, second), (second, first)] * 3:
                await ring.scene.follow(*pair)
                gone = Unfollowed(follower_id=pair[0], followee_id=pair[1])
                await ring.interleave(
                    lambda: ring.rows(hold, id=first),
                    ring.family.follows.unfollow(gone),
                    second_is_free,
                )

        on(databases, play)


@BOTH_SERVERS
class TestCounters:
    def test_a_counter_of_likes_is_mended_once(self, databases: Callable[[], Databases]) -> None:
        """The second of two repairs finds nothing wrong any more."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            await like(ring, bob, post)
            await ring.rows("UPDATE like_slots SET likes = likes + 5")
            mend = "SELECT stored, actual FROM mend_likes(%(post)s)"
            rows = await ring.interleave(
                lambda: ring.rows(mend, post=post), ring.rows(mend, post=post)
            )
            assert rows == [(1, 1)]

        on(databases, play)

    def test_a_like_does_not_wait_for_a_repair(self, databases: Callable[[], Databases]) -> None:
        """It takes a slot that is not being mended, and neither undoes the other."""

        async def play(ring: Arena) -> None:
            ann, bob, cem = await ring.scene.users(3)
            post = await ring.scene.post(ann)
            await like(ring, bob, post)
            await ring.rows("UPDATE like_slots SET likes = likes + 5")
            mend = "SELECT stored, actual FROM mend_likes(%(post)s)"
            outcome = await ring.interleave(
                lambda: ring.rows(mend, post=post), like(ring, cem, post)
            )
            assert outcome.like_count == 7  # what was wrong still is, until the repair commits

        on(databases, play)

    def test_a_profile_is_mended_after_the_follow_under_way(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The repair counts the follow, and what the follow added to the counter."""

        async def play(ring: Arena) -> None:
            ann, bob, cem = await ring.scene.users(3)
            await ring.scene.request(bob, ann)
            await ring.rows("UPDATE profile_counters SET followers = followers + 5")
            mend = "SELECT stored, actual FROM mend_profile(%(user)s) WHERE counter = 'followers'"
            rows = await ring.interleave(
                lambda: ring.scene.request(cem, ann), ring.rows(mend, user=ann)
            )
            assert rows == [(7, 2)]
            assert await ring.rows(mend, user=bob) == [(5, 0)]

        on(databases, play)


@BOTH_SERVERS
class TestPosts:
    def test_publishing_beside_a_deletion_finds_the_post_gone(
        self, databases: Callable[[], Databases]
    ) -> None:
        """So that the worker removes the files it wrote."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            outcome = await ring.interleave(
                lambda: ring.family.posts.delete(post),
                ring.family.processing.publish(post, factories.post_media(post), 1),
            )
            assert outcome is PublishOutcome.GONE

        on(databases, play)

    def test_a_deletion_takes_a_publication_with_it_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Count and files included."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            media = factories.post_media(ring.scene.ids.new())
            assert await ring.interleave(
                lambda: ring.family.processing.publish(post, media, 1),
                ring.family.posts.delete(post),
            )
            (discarded,) = await ring.scene.events(MediaDiscarded.kind)
            assert discarded["stems"] == [post.hex, media[0].picture.stem]

        on(databases, play)

    def test_a_post_is_published_once(self, databases: Callable[[], Databases]) -> None:
        """The second of two runs says that it came too late."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            publish = ring.family.processing.publish
            media, other = factories.post_media(post), factories.post_media(ring.scene.ids.new())
            outcome = await ring.interleave(
                lambda: publish(post, media, 1), publish(post, other, 2)
            )
            assert outcome is PublishOutcome.ALREADY
            shared = await ring.family.posts.get_many([post])
            assert (media, 1) == (shared[post].post.media, shared[post].post.shared_at)

        on(databases, play)

    def test_a_post_that_is_being_edited_is_published(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The row moved, its status did not; nothing of either change is lost."""

        async def play(ring: Arena) -> None:
            author = await ring.scene.user()
            post = await ring.scene.upload(author)
            outcome = await ring.interleave(
                lambda: ring.family.posts.edit(post, author, PostChange(caption="new")),
                ring.family.processing.publish(post, factories.post_media(post), 1),
            )
            assert outcome is PublishOutcome.PUBLISHED
            shared = await ring.family.posts.get_many([post])
            assert shared[post].post.caption == "new"

        on(databases, play)

    def test_a_failed_post_is_retried_once(self, databases: Callable[[], Databases]) -> None:
        """One job is recorded, the other call is told that there is nothing to retry."""

        async def play(ring: Arena) -> None:
            author = await ring.scene.user()
            post = await ring.scene.failed_post(author)
            await ring.scene.events()
            announce = PostSubmitted(post_id=post)
            retry = ring.family.processing.retry
            with pytest.raises(PostNotFailedError):
                await ring.interleave(lambda: retry(announce, author), retry(announce, author))
            assert len(await ring.scene.events(PostSubmitted.kind)) == 1

        on(databases, play)


@BOTH_SERVERS
class TestAvatars:
    def test_an_upload_beside_another_gives_that_up(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The file of the first is discarded, also when it was not yet committed."""

        async def play(ring: Arena) -> None:
            user = await ring.scene.user()
            first, second = ring.scene.ids.new().hex, ring.scene.ids.new().hex
            submit = ring.family.avatars.submit
            await ring.interleave(
                lambda: submit(AvatarSubmitted(user_id=user, stem=first)),
                submit(AvatarSubmitted(user_id=user, stem=second)),
            )
            assert await ring.scene.events(MediaDiscarded.kind) == [{"stems": [first]}]
            assert await ring.family.media_usage.in_use([first, second]) == {second}

        on(databases, play)

    def test_an_avatar_given_up_is_not_published(self, databases: Callable[[], Databases]) -> None:
        """The renditions of an older upload came too late."""

        async def play(ring: Arena) -> None:
            user = await ring.scene.user()
            older, newer = ring.scene.ids.new(), ring.scene.ids.new()
            avatars = ring.family.avatars
            await avatars.submit(AvatarSubmitted(user_id=user, stem=older.hex))
            published = await ring.interleave(
                lambda: avatars.submit(AvatarSubmitted(user_id=user, stem=newer.hex)),
                avatars.publish(user, factories.picture(older)),
            )
            assert not published
            assert await ring.family.media_usage.in_use([older.hex, newer.hex]) == {newer.hex}

        on(databases, play)

    def test_clearing_beside_a_publication_discards_what_is_shown_then(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Each file is discarded once."""

        async def play(ring: Arena) -> None:
            user, stem, newer = await ring.scene.user(), ring.scene.ids.new(), ring.scene.ids.new()
            avatars = ring.family.avatars
            await avatars.submit(AvatarSubmitted(user_id=user, stem=stem.hex))
            await avatars.publish(user, factories.picture(stem))
            await avatars.submit(AvatarSubmitted(user_id=user, stem=newer.hex))
            assert await ring.interleave(
                lambda: avatars.publish(user, factories.picture(newer)), avatars.clear(user)
            )
            discarded = [event["stems"] for event in await ring.scene.events(MediaDiscarded.kind)]
            assert sorted(discarded) == [[stem.hex], [newer.hex]]
            assert await ring.family.media_usage.in_use([stem.hex, newer.hex]) == frozenset()

        on(databases, play)
