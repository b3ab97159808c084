"""Hashtags in PostgreSQL: what SQL decides, what it looks at, and what others do meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
import pytest

from instagram_core.accounts.model import Standing, UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.hashtags import hashtag_of, hashtags_in
from instagram_core.posts.model import PostChange, PostId
from instagram_core.testing.factories import new_post, post_media
from instagram_core.testing.paging import walk
from instagram_core.visibility.policy import may_come_across
from instagram_postgres.feed import PostgresHashtagPosts
from instagram_postgres.schema import PostgresSchema
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, arena, on
from tests.contract.postgres.test_policy_in_sql import SEEDS, crowd
from tests.servers.postgres import Databases

Story = Callable[[Arena], Awaitable[None]]

SUN = hashtag_of("sun")

ASTRAY = """
    SELECT post_id, tag FROM hashtag_posts
     WHERE NOT EXISTS (
               SELECT FROM posts JOIN users ON users.id = author_id
                WHERE posts.id = post_id AND tag = ANY (hashtags)
                  AND hashtag_posts.author_id = posts.author_id
                  AND hashtag_posts.shared_at = posts.shared_at
                  AND is_open = (standing = 'active' AND NOT is_private))
     UNION ALL
    SELECT id, tag FROM posts CROSS JOIN unnest(hashtags) AS tag
     WHERE shared_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM hashtag_posts AS listed
                        WHERE post_id = posts.id AND listed.tag = tag)
"""
"""Rows that do not fit the posts and people they are about, and posts that have none."""


async def share(ring: Arena, author: UserId, caption: str = "#sun", at: int = 1) -> PostId:
    """Publish a post with a caption."""
    post = await write(ring, author, caption)
    await ring.family.processing.publish(post, post_media(post), at)
    return post


async def write(ring: Arena, author: UserId, caption: str = "#sun") -> PostId:
    """Submit a post with a caption."""
    post = PostId(ring.scene.ids.new())
    new = new_post(post, author, caption=caption)
    await ring.family.posts.add(new, PostSubmitted(post_id=post))
    return post


async def found(ring: Arena, viewer: UserId | None = None) -> list[PostId]:
    """Give what somebody, or nobody, finds."""
    page = await ring.family.hashtag_posts.page(SUN, viewer, None, 1000)
    return [entry.post_id for entry in page.items]


def play(databases: Callable[[], Databases], story: Story) -> None:
    """Run a test; in the end every row fits."""

    async def whole(ring: Arena) -> None:
        await story(ring)
        assert await ring.rows(ASTRAY) == []

    on(databases, whole)


def without_counters(databases: Callable[[], Databases], story: Story) -> None:
    """Run a test that writes rows which nobody counted."""

    async def run() -> None:
        async with arena(databases) as ring:
            await story(ring)
            assert await ring.rows(ASTRAY) == []

    asyncio.run(run())


@BOTH_SERVERS
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_may_be_come_across_is_found(databases: Callable[[], Databases], seed: int) -> None:
    """`may_come_across` of the policy chooses the authors, however little one call looks at."""

    async def story() -> None:
        async with crowd(databases, seed) as drawn:
            ring = drawn.ring
            for author, post in drawn.posts.items():
                await ring.family.posts.edit(post, author, PostChange(caption="#sun"))
            assert await ring.rows(ASTRAY) == []
            few = PostgresHashtagPosts(ring.database, most=3)
            for viewer in (*drawn.posts, None):
                shown = {drawn.posts[one] for one in await drawn.mind(viewer, may_come_across)}
                assert shown == set(await found(ring, viewer))
                read: list[FeedEntry] = []
                after: Position | None = None
                while True:
                    page = await few.page(SUN, viewer, after, 2)
                    assert len(page.items) <= 2
                    assert after is None or page.next is None or page.next < after
                    read += page.items
                    after = page.next
                    if after is None:
                        break
                assert list(await everything(ring, viewer)) == read

    asyncio.run(story())


async def everything(ring: Arena, viewer: UserId | None) -> tuple[FeedEntry, ...]:
    """Give all entries of one page."""
    return (await ring.family.hashtag_posts.page(SUN, viewer, None, 1000)).items


@BOTH_SERVERS
def test_one_call_looks_at_so_many_posts_and_says_how_far_it_came(
    databases: Callable[[], Databases],
) -> None:
    """Hidden ones cost no more than that; a page ends there, and the next one begins there."""

    async def story(ring: Arena) -> None:
        viewer, muted, public = await ring.scene.users(3)
        await ring.family.personal_lists.put(PersonalList.MUTES, viewer, muted, 1)
        last = await share(ring, public, at=1)
        hidden = [await share(ring, muted, at=10 + number) for number in range(7)]
        posts = PostgresHashtagPosts(ring.database, most=5)

        first = await posts.page(SUN, viewer, None, 2)
        second = await posts.page(SUN, viewer, first.next, 2)

        assert first == Page((), Position(12, hidden[2]))
        assert second == Page((FeedEntry(position=Position(1, last), author_id=public),))

    play(databases, story)


@BOTH_SERVERS
def test_posts_of_private_people_cost_nothing_to_whom_they_are_not_for(
    databases: Callable[[], Databases],
) -> None:
    """They are not walked through: pages are full however many there are."""

    async def story(ring: Arena) -> None:
        private, suspended, public = await ring.scene.users(3)
        posts = [await share(ring, public, at=number) for number in range(3)][::-1]
        for number in range(8):
            await share(ring, (private, suspended)[number % 2], at=10 + number)
        await ring.scene.set_private(private, is_private=True)
        await ring.scene.set_standing(suspended, Standing.SUSPENDED)
        few = PostgresHashtagPosts(ring.database, most=4)

        read = await walk(lambda after, n: few.page(SUN, None, after, n), 2)

        assert posts == [entry.post_id for entry in read]

    play(databases, story)


@BOTH_SERVERS
class TestMeanwhile:
    def test_a_post_that_is_published_while_its_author_goes_private_is_closed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Whichever of the two is first."""

        async def story(ring: Arena) -> None:
            one, two = await ring.scene.users(2)
            posts = [await write(ring, author) for author in (one, two)]
            publish = ring.family.processing.publish
            await ring.interleave(
                lambda: ring.set_private(one, is_private=True),
                publish(posts[0], post_media(posts[0]), 1),
            )
            await ring.interleave(
                lambda: publish(posts[1], post_media(posts[1]), 1),
                ring.set_private(two, is_private=True),
            )
            assert await found(ring) == []

        play(databases, story)

    def test_a_post_that_is_edited_while_its_author_goes_public_is_open(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Whichever of the two is first; who asked to follow is accepted with it."""

        async def story(ring: Arena) -> None:
            one, two = [await ring.scene.user(is_private=True) for _ in range(2)]
            for author in (one, two):
                await ring.scene.request(await ring.scene.user(), author)
            posts = [await share(ring, author, "nothing") for author in (one, two)]
            edit, change = ring.family.posts.edit, PostChange(caption="#sun")
            await ring.interleave(
                lambda: ring.set_private(one, is_private=False), edit(posts[0], one, change)
            )
            await ring.interleave(
                lambda: edit(posts[1], two, change), ring.set_private(two, is_private=False)
            )
            assert set(posts) == set(await found(ring))

        play(databases, story)

    def test_nobody_waits_in_a_circle(self, databases: Callable[[], Databases]) -> None:
        """Publishing, editing, deleting, liking and following while accounts open and close."""

        async def story(ring: Arena) -> None:
            authors = await ring.scene.users(3)
            fans = await ring.scene.users(4)
            draw = random.Random(7)
            posts: list[tuple[PostId, UserId]] = []
            for number in range(12):
                author = authors[number % 3]
                posts.append((await share(ring, author, "#sun #sea #sky", at=number), author))

            async def act() -> None:
                post, author = draw.choice(posts)
                match draw.randrange(6):
                    case 0:
                        await ring.set_private(author, is_private=draw.random() < 0.5)
                    case 1:
                        caption = draw.choice(["#sun", "#sea #sky", "", "#sky #sun"])
                        await ring.family.posts.edit(post, author, PostChange(caption=caption))
                    case 2:
                        await ring.family.posts.delete(post)
                    case 3:
                        await share(ring, author, "#sun #sky", at=draw.randrange(99))
                    case 4:
                        await ring.scene.request(draw.choice(fans), author)
                    case _:
                        standing = draw.choice([Standing.ACTIVE, Standing.SUSPENDED])
                        await ring.scene.set_standing(author, standing)

            for _ in range(6):
                await asyncio.gather(*(act() for _ in range(40)), return_exceptions=True)

        play(databases, story)


@BOTH_SERVERS
def test_captions_from_before_are_read_by_the_core(databases: Callable[[], Databases]) -> None:
    """When the schema is brought up to date: all of them, once, as the policy reads them."""

    async def story(ring: Arena) -> None:
        ann, bob = await ring.scene.user(), await ring.scene.user(is_private=True)
        captions = ["#Sun #CAFE\u0301", "", "no#sun", "#日本語 🦊#sun", *["#sun"] * 600]
        posts = {}
        for number, caption in enumerate(captions):
            author = (ann, bob)[number % 2]
            posts[await write(ring, author, caption)] = caption
        later = await write(ring, ann, "#sun")
        await ring.rows(
            "UPDATE posts SET hashtags = NULL, status = 'published', shared_at = 1"
            " WHERE id <> %(later)s",
            later=later,
        )
        assert await found(ring) == []

        assert await PostgresSchema(ring.url).apply() == ()

        read = await ring.rows("SELECT id, hashtags FROM posts WHERE id <> %(later)s", later=later)
        assert {post: hashtags_in(caption) for post, caption in posts.items()} == {
            PostId(post): tuple(tags) for post, tags in read
        }
        assert [len(await found(ring, who)) for who in (None, ann, bob)] == [301, 301, 602]

    without_counters(databases, story)


@BOTH_SERVERS
def test_a_page_is_found_by_indexes_alone(databases: Callable[[], Databases]) -> None:
    """Neither the rows of other hashtags nor those behind the page are read."""

    async def story(ring: Arena) -> None:
        ann = await ring.scene.user()
        await ring.rows(
            "INSERT INTO posts (id, author_id, caption, hashtags, location, status, uploaded_at,"
            " shared_at) SELECT gen_random_uuid(), %(ann)s, '', ARRAY[CASE n %% 2 WHEN 0 THEN 'sun'"
            " ELSE 'sea' END], '', 'published', 0, n FROM generate_series(1, 4000) AS n",
            ann=ann,
        )
        async with await psycopg.AsyncConnection.connect(ring.url, autocommit=True) as connection:
            await connection.execute("ANALYZE hashtag_posts")
            plan = await connection.execute(
                "EXPLAIN (FORMAT TEXT) SELECT shared_at, post_id, author_id FROM hashtag_posts"
                " WHERE tag = 'sun' AND is_open AND (shared_at, post_id) < (%s, %s)"
                " ORDER BY shared_at DESC, post_id DESC LIMIT 1000",
                (3000, UUID(int=0)),
            )
            lines = [row[0] for row in await plan.fetchall()]
        assert any("hashtag_posts_newest" in line for line in lines), lines
        assert not any("Sort" in line or "Seq Scan" in line for line in lines), lines

    without_counters(databases, story)
