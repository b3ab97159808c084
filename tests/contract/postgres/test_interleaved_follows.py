"""Two calls on the graph, the second started before the first is committed."""

from collections.abc import Callable

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import AccountChange
from instagram_core.graph.events import Followed, Unfollowed
from instagram_core.graph.model import FollowStatus, PersonalList
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, block, on
from tests.servers.postgres import Databases


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
