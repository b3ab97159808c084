"""Many connections at once: nothing deadlocks, and counts equal lists afterwards."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator

from instagram_core.accounts.model import UserId
from instagram_core.graph.events import Blocked, Followed, MuteChanged, Unblocked, Unfollowed
from instagram_core.graph.model import PersonalList
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like
from instagram_core.posts.model import PostId
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, arena, refused
from tests.servers.postgres import Databases

Posts = dict[UserId, list[PostId]]

ACCOUNTS = 20
CALLS = 1000
PEOPLE = 6
TASKS = 20
ACTIONS = 120


@BOTH_SERVERS
def test_likes_of_one_post_from_many_tasks_are_counted_exactly(
    databases: Callable[[], Databases],
) -> None:
    """Twenty accounts like and unlike a thousand times, each from two tasks at once."""

    async def play() -> None:
        async with arena(databases) as ring:
            author, *others = await ring.scene.users(ACCOUNTS + 1)
            post = await ring.scene.post(author)
            events = await asyncio.gather(
                *(_like_and_unlike(ring, user, post, seed) for user in others for seed in range(2))
            )
            likers = (await ring.family.likes.likers(post, None, None, ACCOUNTS + 1)).items
            state = (await ring.family.states.states(None, [post]))[post]
            assert len(likers) == state.like_count == sum(events)
            recorded = await ring.rows("SELECT kind, count(*) FROM jobs GROUP BY kind")
            by_kind = dict(recorded)
            assert len(likers) == by_kind[PostLiked.kind] - by_kind[PostUnliked.kind]
            await ring.check()

    asyncio.run(play())


async def _like_and_unlike(ring: Arena, user: UserId, post: PostId, seed: int) -> int:
    """Give how many likes more than unlikes changed something."""
    choose = random.Random(f"{user}{seed}")
    balance = 0
    for _ in range(CALLS // 2):
        if choose.random() < 0.5:
            like = Like(user_id=user, post_id=post, at=ring.scene.now)
            done = await ring.family.likes.add(like, PostLiked(post_id=post, user_id=user))
            balance += done.changed
        else:
            gone = PostUnliked(post_id=post, user_id=user)
            done = await ring.family.likes.remove(user, post, gone)
            balance -= done.changed
        assert 0 <= done.like_count <= ACCOUNTS
    return balance


@BOTH_SERVERS
def test_a_ring_of_followers_never_deadlocks(databases: Callable[[], Databases]) -> None:
    """Each follow locks the counters of two people, and the third waits for both."""

    async def play() -> None:
        async with arena(databases) as ring:
            ann, bob, cem = await ring.scene.users(3)
            pairs = [(ann, bob), (bob, cem), (cem, ann)]
            await asyncio.gather(
                *(_follow_and_unfollow(ring, pair) for pair in pairs for _ in range(6))
            )
            await ring.check()

    asyncio.run(play())


async def _follow_and_unfollow(ring: Arena, pair: tuple[UserId, UserId]) -> None:
    follower, followee = pair
    for _ in range(ACTIONS):
        await ring.scene.request(follower, followee)
        gone = Unfollowed(follower_id=follower, followee_id=followee)
        await ring.family.follows.unfollow(gone)


@BOTH_SERVERS
def test_everything_at_once_between_few_people_never_deadlocks(
    databases: Callable[[], Databases],
) -> None:
    """Follows, requests, blocks, lists, visits, likes, posts, privacy switches: all mutual."""

    async def play() -> None:
        async with arena(databases) as ring:
            posts = await _posts(ring)
            await asyncio.gather(*(refused(_actions(ring, posts, seed)) for seed in range(TASKS)))
            await ring.check()

    asyncio.run(play())


def _actions(ring: Arena, posts: Posts, seed: int) -> Iterator[Awaitable[object]]:
    choose = random.Random(seed)
    for _ in range(ACTIONS):
        yield _action(ring, posts, choose)


def _action(ring: Arena, posts: Posts, choose: random.Random) -> Awaitable[object]:
    """Start something between two people."""
    family, at = ring.family, ring.scene.now
    one, other = choose.sample(list(posts), 2)
    post = choose.choice(posts[other])
    mutes, muted = PersonalList.MUTES, MuteChanged(owner_id=one, member_id=other)
    followed = Followed(follower_id=one, followee_id=other)
    unfollowed = Unfollowed(follower_id=one, followee_id=other)
    blocked = Blocked(blocker_id=one, blocked_id=other)
    unblocked = Unblocked(blocker_id=one, blocked_id=other)
    like, liked = Like(user_id=one, post_id=post, at=at), PostLiked(post_id=post, user_id=one)
    offers: list[tuple[int, Callable[[], Awaitable[object]]]] = [
        (6, lambda: ring.scene.request(one, other)),
        (2, lambda: family.follows.unfollow(unfollowed)),
        (2, lambda: family.follows.accept(followed, at)),
        (1, lambda: family.follows.accept_all(other, at)),
        (1, lambda: family.follows.decline(one, other)),
        (2, lambda: family.blocks.block(blocked, at)),
        (3, lambda: family.blocks.unblock(unblocked)),
        (1, lambda: family.personal_lists.put(mutes, one, other, at, muted)),
        (3, lambda: family.affinities.visited(one, other, at)),
        (9, lambda: family.likes.add(like, liked)),
        (5, lambda: family.likes.remove(one, post)),
        (1, lambda: ring.set_private(one, is_private=choose.random() < 0.5)),
        (1, lambda: _replace(ring, posts, other)),
    ]
    ((_, call),) = choose.choices(offers, [weight for weight, _ in offers])
    return call()


async def _posts(ring: Arena) -> Posts:
    people = await ring.scene.users(PEOPLE)
    return {person: [await ring.scene.post(person) for _ in range(3)] for person in people}


async def _replace(ring: Arena, posts: Posts, author: UserId) -> None:
    doomed = posts[author][0]
    posts[author] = [*posts[author][1:], await ring.scene.post(author)]
    await ring.family.posts.delete(doomed, author)


@BOTH_SERVERS
def test_counters_are_mended_while_others_write(databases: Callable[[], Databases]) -> None:
    """Repair takes part in the same locks, so that nothing is counted twice or lost."""

    async def play() -> None:
        async with arena(databases) as ring:
            posts = await _posts(ring)
            done = asyncio.Event()
            await asyncio.gather(
                _spoil_and_mend(ring, done),
                _then(done, *(refused(_actions(ring, posts, seed)) for seed in range(8))),
            )
            async for _ in ring.family.counters.repair(dry_run=False):
                pass
            await ring.check()

    asyncio.run(play())


async def _then(done: asyncio.Event, *work: Awaitable[object]) -> None:
    await asyncio.gather(*work)
    done.set()


async def _spoil_and_mend(ring: Arena, done: asyncio.Event) -> None:
    mended = 0
    while not done.is_set():
        await ring.rows("UPDATE like_slots SET likes = likes + 3 WHERE slot = 0")
        await ring.rows("UPDATE profile_counters SET followers = followers - 2, posts = posts + 1")
        async for difference in ring.family.counters.repair(dry_run=False):
            mended += abs(difference.actual - difference.stored)
    assert mended > 0
