"""Somebody leaves while a request of theirs is under way."""

from collections.abc import Callable

from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, like, on
from tests.servers.postgres import Databases


@BOTH_SERVERS
class TestLeaving:
    def test_erasing_finds_a_like_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits for it, or the like would be counted for ever and listed nowhere."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            post = await ring.scene.post(ann)
            assert await ring.interleave(lambda: like(ring, bob, post), _leave(ring, bob))
            state = (await ring.family.states.states(None, [post]))[post]
            assert state.like_count == 0

        on(databases, play)

    def test_erasing_finds_a_follow_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Or a follower would be counted whom nobody can remove."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            assert await ring.interleave(lambda: ring.scene.request(bob, ann), _leave(ring, bob))
            assert {ann: ProfileCounts()} == await ring.family.profiles.counts([ann])

        on(databases, play)


async def _leave(ring: Arena, user: UserId) -> bool:
    await ring.scene.set_standing(user, Standing.DELETED)
    return await ring.family.eraser.erase(user, 100)
