"""Leaving: gone at once, erased after."""

import pytest

from instagram_core.accounts.errors import (
    SessionInvalidError,
    UsernameTakenError,
    UserNotFound,
    WrongPasswordError,
)
from instagram_core.accounts.model import UserId
from instagram_core.accounts.ports import AccountEraser
from instagram_core.accounts.service import Device, SignedIn
from instagram_core.posts.errors import PostNotFound
from tests.unit.instagram_core.world import World

PASSWORD = "correct horse"


async def register(world: World, username: str = "ada", address: str = "") -> SignedIn:
    """Register somebody."""
    return await world.services.accounts.sign_in.register(
        username=username,
        email=address or f"{username}@example.org",
        password=PASSWORD,
        device=Device(),
    )


async def test_a_closed_account_vanishes_at_once(world: World) -> None:
    """Profile, posts and sessions are gone before anything was erased."""
    signed_in = await register(world)
    user = signed_in.account.user.id
    post = await world.publish(user)

    await world.services.accounts.closing.close(user, PASSWORD)

    with pytest.raises(SessionInvalidError):
        await world.services.accounts.sessions.authenticate(signed_in.token)
    with pytest.raises(UserNotFound):
        await world.services.graph.profiles.profile(None, user)
    with pytest.raises(UserNotFound):
        await world.services.posts.reading.of_author(None, user, None, 10)
    with pytest.raises(PostNotFound):
        await world.services.posts.reading.post(None, post)


async def test_closing_leaves_a_job_to_erase(world: World) -> None:
    """Stored with the deletion, so that it is done once it can be."""
    user = (await register(world)).account.user.id
    await world.scene.events()

    await world.services.accounts.closing.close(user, PASSWORD)

    assert await world.scene.events("account_deleted") == [{"user_id": str(user)}]


async def test_a_wrong_password_closes_nothing(world: World) -> None:
    """Whoever finds an open session cannot delete the account."""
    signed_in = await register(world)
    await world.scene.events()

    with pytest.raises(WrongPasswordError):
        await world.services.accounts.closing.close(signed_in.account.user.id, "wrong password")

    await world.services.accounts.sessions.authenticate(signed_in.token)
    assert await world.scene.events() == []


async def test_a_password_that_was_changed_meanwhile_closes_nothing(world: World) -> None:
    """Whoever knows the old one cannot destroy the account behind its owner's back."""
    signed_in = await register(world)
    sign_in = world.services.accounts.sign_in
    world.passwords.meanwhile = [
        lambda: sign_in.change_password(signed_in.session, current=PASSWORD, new="a new password")
    ]

    with pytest.raises(WrongPasswordError):
        await world.services.accounts.closing.close(signed_in.user_id, PASSWORD)

    found = await world.services.graph.profiles.me(signed_in.user_id)
    assert found.account.user.id == signed_in.user_id


async def test_an_account_is_deleted_once(world: World) -> None:
    """The second deletion finds nobody, and records no second job."""
    user = (await register(world)).account.user.id
    closing = world.services.accounts.closing
    await closing.delete(user)

    with pytest.raises(UserNotFound):
        await closing.delete(user)
    with pytest.raises(WrongPasswordError):
        await closing.close(user, PASSWORD)
    with pytest.raises(UserNotFound):
        await closing.delete(UserId(world.ports.ids.new()))

    assert len(await world.scene.events("account_deleted")) == 1


@pytest.mark.parametrize("is_erased", [False, True])
async def test_the_name_of_a_deleted_account_stays_taken(
    world: World,
    is_erased: bool,  # noqa: FBT001 - pytest passes by name
) -> None:
    """Nobody takes over a name that others remember."""
    user = (await register(world)).account.user.id
    await world.services.accounts.closing.delete(user)
    if is_erased:
        await world.services.accounts.closing.erase(user)

    with pytest.raises(UsernameTakenError):
        await register(world, "ADA", "other@example.org")


async def test_erasing_leaves_nothing_behind(world: World) -> None:
    """Posts, likes, follows and files go, and every count of others is right."""
    user, other = (await register(world)).account.user.id, await world.scene.user()
    await world.publish(user)
    theirs = await world.publish(other)
    await world.services.likes.like(user, theirs)
    await world.scene.follow(user, other)
    await world.scene.follow(other, user)
    closing = world.services.accounts.closing

    await closing.delete(user)
    await closing.erase(user)
    await closing.erase(user)
    await world.work()

    counts = (await world.services.graph.profiles.me(other)).counts
    view = await world.services.posts.reading.post(other, theirs)
    stems = {key.partition("/")[0] for key in await world.file_keys()}
    assert (counts.followers, counts.following, counts.posts) == (0, 0, 1)
    assert view.state.like_count == 0
    assert stems == {media.picture.stem for media in view.post.media}


class SlowEraser(AccountEraser):
    """Needs several rounds."""

    def __init__(self, rounds: int) -> None:
        """Need `rounds`."""
        self.rounds = rounds
        self.asked: list[tuple[UserId, int]] = []

    async def erase(self, user: UserId, limit: int) -> bool:
        """Do one round."""
        self.asked.append((user, limit))
        return len(self.asked) == self.rounds


async def test_erasing_goes_on_in_bounded_rounds_until_nothing_is_left(world: World) -> None:
    """No transaction of it grows with the account."""
    eraser = SlowEraser(4)
    slow = world.rebuilt(eraser=eraser)
    user = await world.scene.user()

    await slow.services.accounts.closing.erase(user)

    assert eraser.asked == [(user, 500)] * 4
