"""What SQL decides is what the policy decides, on random graphs, impossible ones included."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import attrs
import pytest

from instagram_core.accounts.model import Standing, UserId
from instagram_core.kernel.paging import Position
from instagram_core.likes.model import Like
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_core.testing.paging import walk
from instagram_core.visibility.policy import belongs_in_feed, may_see_content
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, arena
from tests.servers.postgres import Databases

PEOPLE = 16
SEEDS = range(4)

LINKS = (
    "INSERT INTO follows VALUES (%(one)s, %(other)s, 1)",
    "INSERT INTO follow_requests VALUES (%(one)s, %(other)s, 1)",
    "INSERT INTO blocks VALUES (%(one)s, %(other)s, 1)",
    "INSERT INTO personal_lists VALUES (%(one)s, 'mutes', %(other)s, 1)",
    "INSERT INTO personal_lists VALUES (%(one)s, 'close_friends', %(other)s, 1)",
)
LIKELY = (0.5, 0.1, 0.1, 0.1, 0.2)


@attrs.frozen
class Crowd:
    """People with random standings, privacy and links, each with a published post."""

    ring: Arena
    posts: Mapping[UserId, PostId]

    async def mind(self, viewer: UserId | None, rule: Callable[..., bool]) -> set[UserId]:
        """Give those of whom a rule of the policy says yes for a viewer."""
        sights = await self.ring.family.sights.sights(viewer, self.posts)
        return {owner for owner, sight in sights.items() if rule(sight)}


@asynccontextmanager
async def crowd(databases: Callable[[], Databases], seed: int) -> AsyncIterator[Crowd]:
    """Draw people who are anything to each other, straight into the tables."""
    draw = random.Random(seed)
    async with arena(databases) as ring:
        people = [await ring.scene.user(is_private=draw.random() < 0.4) for _ in range(PEOPLE)]
        posts = {person: await ring.scene.post(person, at=draw.randrange(5)) for person in people}
        for one in people:
            for other in people:
                for link, likely in zip(LINKS, LIKELY, strict=True):
                    if one != other and draw.random() < likely:
                        await ring.rows(link, one=one, other=other)
        for person in draw.sample(people, 5):
            standing = draw.choice([Standing.SUSPENDED, Standing.DELETED])
            await ring.scene.set_standing(person, standing)
        yield Crowd(ring, posts)


@BOTH_SERVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_may_see_a_post_may_like_it(databases: Callable[[], Databases], seed: int) -> None:
    """`may_see_content` of the policy is the permission of the like statement."""

    async def play() -> None:
        async with crowd(databases, seed) as drawn:
            outcomes = set()
            # The deleted are no viewers: whatever they still try is refused.
            for viewer in await drawn.ring.family.users.get_many(drawn.posts):
                seen = await drawn.mind(viewer, may_see_content)
                liked = {owner for owner in drawn.posts if await _may_like(drawn, viewer, owner)}
                assert seen == liked
                outcomes |= {owner in seen for owner in drawn.posts}
            assert outcomes == {True, False}

    asyncio.run(play())


async def _may_like(drawn: Crowd, viewer: UserId, owner: UserId) -> bool:
    likes, post = drawn.ring.family.likes, drawn.posts[owner]
    try:
        await likes.add(Like(user_id=viewer, post_id=post, at=1))
    except PostNotFound:
        with pytest.raises(PostNotFound):
            await likes.remove(viewer, post)
        return False
    await likes.remove(viewer, post)
    return (await likes.remove(viewer, post)).changed is False


@BOTH_SERVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_belongs_in_a_feed_is_in_it(databases: Callable[[], Databases], seed: int) -> None:
    """`belongs_in_feed` of the policy chooses the authors of followed posts."""

    async def play() -> None:
        async with crowd(databases, seed) as drawn:
            for reader in drawn.posts:
                home = await drawn.mind(reader, belongs_in_feed)
                page = await drawn.ring.family.followed_posts.page(reader, None, 3 * PEOPLE)
                assert {drawn.posts[owner] for owner in home} == {e.post_id for e in page.items}

    asyncio.run(play())


@BOTH_SERVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_views_are_those_of_the_tables(databases: Callable[[], Databases], seed: int) -> None:
    """Each fact of a sight is a row, and viewer states carry the same sights."""

    async def play() -> None:
        async with crowd(databases, seed) as drawn:
            ring, people = drawn.ring, list(drawn.posts)
            follows = set(await ring.rows("SELECT follower_id, followee_id FROM follows"))
            blocks = set(await ring.rows("SELECT blocker_id, blocked_id FROM blocks"))
            for viewer in (*people, None):
                sights = await ring.family.sights.sights(viewer, people)
                states = await ring.family.states.states(viewer, drawn.posts.values())
                assert sights == {state.sight.owner: state.sight for state in states.values()}
                for owner, sight in sights.items():
                    assert sight.relationship.following == ((viewer, owner) in follows)
                    assert sight.relationship.followed_by == ((owner, viewer) in follows)
                    assert sight.relationship.blocking == ((viewer, owner) in blocks)
                    assert sight.blocked_by == ((owner, viewer) in blocks)

    asyncio.run(play())


MANY = """
    INSERT INTO users (id, username, username_key, email, email_key, password_hash, display_name,
                       standing, created_at)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n, n, n, n, '', '',
           CASE WHEN n %% 13 = 0 THEN 'suspended' ELSE 'active' END, 0
      FROM generate_series(1, %(people)s) AS n
"""
FOLLOW_MANY = """
    INSERT INTO follows
    SELECT %(reader)s, id, 0 FROM users WHERE id <> %(reader)s AND username::integer <= %(followed)s
"""
POSTS_OF_MANY = """
    INSERT INTO posts (id, author_id, caption, location, status, uploaded_at, shared_at)
    SELECT gen_random_uuid(), id, '', '', 'published', 0, (random() * %(latest)s)::bigint
      FROM users, generate_series(1, %(each)s)
     WHERE username::integer BETWEEN %(first)s AND %(last)s
"""


@BOTH_SERVERS
def test_pages_join_whatever_way_they_were_read(databases: Callable[[], Databases]) -> None:
    """Readers of many people get their pages by two ways, also when one ends within a page."""

    async def play() -> None:
        async with arena(databases) as ring:
            await ring.rows(MANY, people=320)
            reader = await ring.scene.user()
            await ring.rows("UPDATE users SET username = 0 WHERE id = %(reader)s", reader=reader)
            await ring.rows(FOLLOW_MANY, reader=reader, followed=300)
            async for _ in ring.family.counters.repair(dry_run=False):
                pass
            await ring.rows(POSTS_OF_MANY, each=2, first=1, last=300, latest=600)
            # More of strangers than a walk goes through, above and among the others.
            await ring.rows(POSTS_OF_MANY, each=400, first=301, last=320, latest=800)
            await ring.rows(
                "INSERT INTO personal_lists SELECT %(reader)s, 'mutes', followee_id, 0"
                " FROM follows ORDER BY followee_id LIMIT 7",
                reader=reader,
            )
            expected = await ring.rows(
                "SELECT shared_at, posts.id FROM posts JOIN follows ON followee_id = author_id"
                " JOIN users ON users.id = author_id AND standing = 'active'"
                " WHERE author_id NOT IN (SELECT member_id FROM personal_lists)"
                " ORDER BY shared_at DESC, posts.id DESC"
            )
            truth = ring.family.followed_posts
            for limit in (7, 50, 1000):
                found = await walk(lambda after, n: truth.page(reader, after, n), limit)
                assert [Position(*row) for row in expected] == [entry.position for entry in found]

    asyncio.run(play())
