"""Publishing beside a change of its author's delivery, and everything beside everything."""

import asyncio
import random
from collections.abc import Callable

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.graph.events import Unblocked, Unfollowed
from instagram_core.posts.events import PostPublished
from instagram_core.posts.model import PostId
from instagram_core.testing import factories
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, block, on, refused
from tests.servers.postgres import Databases

RULE = PushRule(pulled_from=2)
PEOPLE = 5
TASKS = 16
ACTIONS = 60


@BOTH_SERVERS
class TestPublishing:
    def test_going_back_to_push_waits_for_what_was_not_pushed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """So a snapshot that finds its author pushed has the post, and nobody needs to pull."""

        async def play(ring: Arena) -> None:
            author, reader = await _pulled(ring)
            await _leave(ring, author)
            post = await ring.scene.upload(author)

            async def still_pulled() -> None:
                snapshot = await ring.family.followed_posts.snapshot(reader, 5)
                assert (author,) == snapshot.pulled

            settled = await ring.interleave(
                lambda: _publish(ring, post),
                ring.family.delivery.settle(author, RULE),
                still_pulled,
            )
            assert settled is Delivery.PUSH
            assert await _told(ring, post) is False
            snapshot = await ring.family.followed_posts.snapshot(reader, 5)
            assert ((post,), ()) == (tuple(e.post_id for e in snapshot.entries), snapshot.pulled)

        on(databases, play)

    def test_a_post_beside_the_way_back_is_pushed(self, databases: Callable[[], Databases]) -> None:
        """It waits, and then goes as its author does."""

        async def play(ring: Arena) -> None:
            author, _ = await _pulled(ring)
            await _leave(ring, author)
            post = await ring.scene.upload(author)
            await ring.interleave(
                lambda: ring.family.delivery.settle(author, RULE), _publish(ring, post)
            )
            assert await _told(ring, post) is True

        on(databases, play)

    def test_a_post_beside_the_arrival_is_pulled(self, databases: Callable[[], Databases]) -> None:
        """It waits: by then no timeline is left that does not pull."""

        async def play(ring: Arena) -> None:
            author, _ = await _followed(ring)
            await ring.family.delivery.settle(author, RULE)
            post = await ring.scene.upload(author)
            crossed = AuthorCrossed(author_id=author, round=1)
            await ring.interleave(
                lambda: ring.family.delivery.arrive(crossed), _publish(ring, post)
            )
            assert await _told(ring, post) is False

        on(databases, play)

    def test_a_first_crossing_does_not_wait_for_posts(
        self, databases: Callable[[], Databases]
    ) -> None:
        """They are pushed before and after: nothing is held up."""

        async def play(ring: Arena) -> None:
            author, _ = await _followed(ring)
            post = await ring.scene.upload(author)
            async with asyncio.timeout(5):
                settled = await ring.interleave(
                    lambda: _publish(ring, post), ring.family.delivery.settle(author, RULE)
                )
            assert settled is Delivery.CROSSING
            assert await _told(ring, post) is True

        on(databases, play)


@BOTH_SERVERS
def test_nothing_deadlocks_with_deliveries_and_they_fit_in_the_end(
    databases: Callable[[], Databases],
) -> None:
    """Follows, blocks, posts and deletions beside settling and arriving, from many tasks."""

    async def play(ring: Arena) -> None:
        people = await ring.scene.users(PEOPLE)
        await asyncio.gather(*(_act(ring, people, seed) for seed in range(TASKS)))
        while left := await ring.family.delivery.unsettled(RULE, None, PEOPLE):
            for author in left:
                await ring.family.delivery.settle(author, RULE)
        rounds = dict(await ring.rows("SELECT author_id::text, round FROM author_deliveries"))
        events = await ring.scene.events(AuthorCrossed.kind)
        told = sorted((event["author_id"], event["round"]) for event in events)
        expected = [(a, n + 1) for a, last in sorted(rounds.items()) for n in range(last)]
        assert expected == told

    on(databases, play)


async def _act(ring: Arena, people: tuple[UserId, ...], seed: int) -> None:
    choose = random.Random(seed)
    posts: list[PostId] = []
    family = ring.family
    for _ in range(ACTIONS):
        one, other = choose.sample(people, 2)
        match choose.randrange(8):
            case 0 | 1:
                await refused([ring.scene.request(one, other)])
            case 2:
                await family.follows.unfollow(Unfollowed(follower_id=one, followee_id=other))
            case 3:
                posts.append(await ring.scene.post(one))
            case 4 if posts:
                await family.posts.delete(posts.pop())
            case 5 if choose.random() < 0.3:
                await block(ring, one, other)
                await family.blocks.unblock(Unblocked(blocker_id=one, blocked_id=other))
            case 6:
                crossed = AuthorCrossed(author_id=one, round=choose.randint(1, 5))
                await family.delivery.arrive(crossed)
            case _:
                await family.delivery.settle(one, RULE)


async def _followed(ring: Arena) -> tuple[UserId, UserId]:
    """Give an author of two followers, and the one who will stay."""
    author, reader, leaver = await ring.scene.users(3)
    for follower in (reader, leaver):
        await ring.scene.follow(follower, author)
    return author, reader


async def _pulled(ring: Arena) -> tuple[UserId, UserId]:
    author, reader = await _followed(ring)
    await ring.family.delivery.settle(author, RULE)
    assert await ring.family.delivery.arrive(AuthorCrossed(author_id=author, round=1))
    return author, reader


async def _leave(ring: Arena, author: UserId) -> None:
    """End the newest follow, so that one is left."""
    followers = await ring.family.followers.page(author, None, 2)
    await ring.family.follows.unfollow(Unfollowed(follower_id=followers[1], followee_id=author))


async def _publish(ring: Arena, post: PostId) -> object:
    return await ring.family.processing.publish(post, factories.post_media(post), ring.scene.now)


async def _told(ring: Arena, post: PostId) -> object:
    """Give what was said of how a post goes."""
    events = await ring.scene.events(PostPublished.kind)
    (is_pushed,) = [event["is_pushed"] for event in events if event["post_id"] == str(post)]
    return is_pushed
