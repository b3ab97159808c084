"""Use cases tell what they changed: after it is committed, before they answer, and only then."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from instagram_core.accounts.errors import WrongPasswordError
from instagram_core.accounts.events import (
    AccountDeleted,
    PrivacyChanged,
    ProfileChanged,
    StandingChanged,
)
from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.events import Blocked, Followed, MuteChanged, Unblocked, Unfollowed
from instagram_core.graph.model import PersonalList
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.kernel.errors import DomainError
from instagram_core.kernel.events import Event
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.posts.events import PostDeleted, PostEdited
from instagram_core.posts.model import PostId
from tests.unit.instagram_core.kernel.acting import (
    CAPTION,
    Act,
    Stage,
    accept,
    arranged,
    ask,
    block,
    change,
    clear_avatar,
    close,
    decline,
    delete,
    edit,
    follow,
    like,
    nothing,
    process_avatar,
    promote,
    put,
    reinstate,
    remove,
    remove_follower,
    submit_avatar,
    suspend,
    unblock,
    unfollow,
    unlike,
)
from tests.unit.instagram_core.world import World

MUTES, FRIENDS = PersonalList.MUTES, PersonalList.CLOSE_FRIENDS
Expected = Callable[[Stage], Event]


def profile(s: Stage) -> Event:
    """Give the event of Bea's profile."""
    return ProfileChanged(user_id=s.bea)


def followed(s: Stage) -> Event:
    """Give the event of a follow."""
    return Followed(follower_id=s.ada, followee_id=s.bea)


def unfollowed(s: Stage) -> Event:
    """Give the event of a follow that ended."""
    return Unfollowed(follower_id=s.ada, followee_id=s.bea)


def muted(s: Stage) -> Event:
    """Give the event of a mute."""
    return MuteChanged(owner_id=s.ada, member_id=s.bea)


def standing(s: Stage) -> Event:
    """Give the event of a suspension and of its end."""
    return StandingChanged(user_id=s.bea)


CHANGES: list[tuple[Act, Act, Expected]] = [
    (nothing, like, lambda s: PostLiked(post_id=s.post, user_id=s.ada)),
    (like, unlike, lambda s: PostUnliked(post_id=s.post, user_id=s.ada)),
    (nothing, follow, followed),
    (ask, accept, followed),
    (follow, unfollow, unfollowed),
    (follow, remove_follower, unfollowed),
    (nothing, block, lambda s: Blocked(blocker_id=s.ada, blocked_id=s.bea)),
    (block, unblock, lambda s: Unblocked(blocker_id=s.ada, blocked_id=s.bea)),
    (nothing, put(MUTES), muted),
    (put(MUTES), remove(MUTES), muted),
    (nothing, edit, lambda s: PostEdited(post_id=s.post, author_id=s.bea)),
    (nothing, delete, lambda s: PostDeleted(post_id=s.post, author_id=s.bea)),
    (nothing, change(display_name="B"), profile),
    (nothing, change(is_private=True), lambda s: PrivacyChanged(user_id=s.bea)),
    (ask, change(is_private=False), lambda s: PrivacyChanged(user_id=s.bea)),
    (nothing, promote, profile),
    (nothing, suspend, standing),
    (suspend, reinstate, standing),
    (nothing, close, lambda s: AccountDeleted(user_id=s.bea)),
    (submit_avatar, process_avatar, profile),
    (submit_avatar, clear_avatar, profile),
]


def name(value: object) -> str:
    """Give a readable name of a case."""
    return getattr(value, "__name__", "case")


@pytest.mark.parametrize(("before", "act", "expected"), CHANGES, ids=name)
async def test_a_change_is_told_once_before_the_answer(
    world: World, before: Act, act: Act, expected: Expected
) -> None:
    """With the event that is recorded for it, or one made for this; when nothing is under way."""
    stage = await arranged(world)
    await before(stage)
    stage.heard.calls.clear()

    await act(stage)

    assert stage.heard.calls == [(expected(stage),)]


KEYED = [case for case in CHANGES if case[1] not in {edit, process_avatar}]
"""Edits take no key: they may be repeated as they are. Nor do workers."""


@pytest.mark.parametrize(("before", "act", "expected"), KEYED, ids=name)
async def test_under_a_key_a_change_is_told_when_the_key_is_kept(
    world: World, before: Act, act: Act, expected: Expected
) -> None:
    """The key and the change are one transaction, and its end is what counts."""
    stage = await arranged(world)
    await before(stage)
    stage.heard.calls.clear()
    within: list[object] = []

    async def effect() -> StoredAnswer:
        await act(stage)
        within.extend(stage.heard.calls)
        return StoredAnswer(status=200, body=b"")

    key = EffectKey(user=stage.ada, route="any", key="k")
    await stage.services.idempotency.once(key, b"request", effect)

    assert within == []
    assert stage.heard.calls == [(expected(stage),)]


REPEATS: list[tuple[Act, Act]] = [
    (like, like),
    (nothing, unlike),
    (follow, follow),
    (nothing, ask),
    (ask, decline),
    (nothing, unfollow),
    (block, block),
    (put(MUTES), put(MUTES)),
    (nothing, put(FRIENDS)),
    (put(FRIENDS), remove(FRIENDS)),
    (nothing, change()),
    (nothing, submit_avatar),
]


@pytest.mark.parametrize(("before", "act"), REPEATS, ids=name)
async def test_what_changes_nothing_that_feeds_show_is_not_told(
    world: World, before: Act, act: Act
) -> None:
    """Repeats, requests, and lists that no feed looks at."""
    stage = await arranged(world)
    await before(stage)
    stage.heard.calls.clear()

    await act(stage)

    assert stage.heard.calls == []


REFUSED: list[Act] = [
    lambda s: s.services.likes.like(s.ada, PostId(s.world.ports.ids.new())),
    lambda s: s.services.graph.following.follow(s.ada, s.ada),
    accept,
    remove_follower,
    unblock,
    remove(MUTES),
    lambda s: s.services.posts.posting.edit(s.ada, s.post, CAPTION),
    lambda s: s.services.posts.posting.delete(s.ada, s.post),
    lambda s: s.services.accounts.administration.suspend(UserId(s.world.ports.ids.new())),
    lambda s: s.services.accounts.closing.delete(UserId(s.world.ports.ids.new())),
    clear_avatar,
]


@pytest.mark.parametrize("act", REFUSED)
async def test_what_is_refused_is_not_told(world: World, act: Act) -> None:
    """Nothing happened."""
    stage = await arranged(world)

    with pytest.raises(DomainError):
        await act(stage)

    assert stage.heard.calls == []


async def test_a_wrong_password_tells_of_no_end(world: World) -> None:
    """The account stays."""
    stage = await arranged(world)

    with pytest.raises(WrongPasswordError):
        await stage.services.accounts.closing.close(stage.bea, "not the one")

    assert stage.heard.calls == []


async def test_several_changes_of_one_transaction_are_told_together(world: World) -> None:
    """Whoever opened it: listeners then do all in one round trip."""
    stage = await arranged(world)

    async with stage.services.transaction():
        await like(stage)
        await follow(stage)
        await block(stage)

    liked = PostLiked(post_id=stage.post, user_id=stage.ada)
    blocked = Blocked(blocker_id=stage.ada, blocked_id=stage.bea)
    assert stage.heard.calls == [(liked, followed(stage), blocked)]


async def test_a_change_that_was_undone_by_its_transaction_may_be_told(world: World) -> None:
    """An end that fails may be a commit whose answer was lost: once too often harms nobody."""
    stage = await arranged(world)

    with suppress(ZeroDivisionError):
        async with stage.services.transaction():
            await like(stage)
            raise ZeroDivisionError

    assert stage.heard.calls == [(PostLiked(post_id=stage.post, user_id=stage.ada),)]
    assert (await stage.services.posts.reading.post(stage.ada, stage.post)).state.like_count == 0


async def test_a_fault_of_a_reaction_does_not_refuse_what_was_done(world: World) -> None:
    """What is committed is answered."""
    stage = await arranged(world)
    complaints: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context["exception"]))

    async def fail(*_: Event) -> None:
        raise ZeroDivisionError

    stage.heard.to = fail  # type: ignore[method-assign]

    outcome = await stage.services.likes.like(stage.ada, stage.post)

    assert outcome.changed
    assert [type(each) for each in complaints] == [ZeroDivisionError]
    assert (
        await stage.services.accounts.administration.find("bea")
    ).user.standing is Standing.ACTIVE
