"""Affinities in PostgreSQL keep their contract, whatever happens at once, at a bounded cost."""

from collections.abc import Callable

from instagram_core.accounts.model import Standing, UserId
from instagram_core.feed.affinity import LIKES
from instagram_core.testing.contracts.feed import AffinitiesContract
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, block, on
from tests.contract.postgres.opening import OnOther, OnWheel
from tests.servers.postgres import Databases

_LIKES_OF_ALL = """
    WITH post AS (
        INSERT INTO posts (id, author_id, caption, location, status, uploaded_at, shared_at)
        SELECT gen_random_uuid(), %(author)s, '', '', 'published', 1, 1
          FROM generate_series(1, %(many)s::int)
        RETURNING id
    )
    INSERT INTO likes (user_id, post_id, liked_at) SELECT %(reader)s, id, %(at)s FROM post
"""


class TestAffinitiesOnWheel(OnWheel, AffinitiesContract):
    pass


class TestAffinitiesOnOther(OnOther, AffinitiesContract):
    pass


@BOTH_SERVERS
class TestBesides:
    def test_as_many_likes_are_looked_at_as_is_said(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Whoever likes everything does not make their feed slow."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            at = ring.scene.now
            await ring.rows(_LIKES_OF_ALL, author=bob, reader=ann, at=at, many=LIKES + 7)
            assert {bob: LIKES} == await ring.family.affinities.strengths(ann, [bob], at)
            await ring.rows("DELETE FROM posts")  # nobody had counted them
            await ring.rows("DELETE FROM likes")

        on(databases, play)

    def test_a_block_takes_a_visit_with_it_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """It waits for it."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            assert await ring.interleave(lambda: _visit(ring, bob, ann), block(ring, ann, bob))
            assert await ring.rows("SELECT FROM profile_visits") == []

        on(databases, play)

    def test_a_visit_finds_a_block_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """And is none."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            assert not await ring.interleave(lambda: block(ring, ann, bob), _visit(ring, bob, ann))
            assert await ring.rows("SELECT FROM profile_visits") == []

        on(databases, play)

    def test_erasing_finds_visits_that_are_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Of and by whoever leaves."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)

            async def both() -> None:
                await _visit(ring, ann, bob)
                await _visit(ring, bob, ann)

            assert await ring.interleave(both, _leave(ring, bob))
            assert await ring.rows("SELECT FROM profile_visits") == []

        on(databases, play)

    def test_visits_at_once_are_all_counted(self, databases: Callable[[], Databases]) -> None:
        """Of one pair, from two processes."""

        async def play(ring: Arena) -> None:
            ann, bob = await ring.scene.users(2)
            assert await ring.interleave(lambda: _visit(ring, ann, bob), _visit(ring, ann, bob))
            assert await ring.rows("SELECT round(strength) FROM profile_visits") == [(2,)]

        on(databases, play)


async def _visit(ring: Arena, viewer: UserId, owner: UserId) -> bool:
    return await ring.family.affinities.visited(viewer, owner, ring.scene.now)


async def _leave(ring: Arena, user: UserId) -> bool:
    await ring.scene.set_standing(user, Standing.DELETED)
    return await ring.family.eraser.erase(user, 100)
