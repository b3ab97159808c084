"""Two calls on likes, the second started before the first is committed."""

from collections.abc import Callable

import pytest

from instagram_core.likes.model import LikeOutcome
from instagram_core.posts.errors import PostNotFound
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, block, like, on
from tests.servers.postgres import Databases


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
