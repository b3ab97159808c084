"""Avatars: of several uploads the last one submitted wins, and nothing is left behind."""

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import NotFoundError
from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.events import AvatarSubmitted
from tests.unit.instagram_core.world import PICTURE, World


async def submit(world: World, user: UserId, data: bytes = PICTURE) -> AvatarSubmitted:
    """Upload a picture to be the avatar; give the job that it makes."""
    (original,) = await world.take_in(data)
    await world.services.media.avatars.submit(user, original)
    return AvatarSubmitted(user_id=user, stem=original.stem)


async def shown(world: World, user: UserId) -> str | None:
    """Give the stem of the avatar that others see."""
    return (await world.services.graph.profiles.profile(None, user)).user.avatar


async def stems_of_files(world: World) -> set[str]:
    """Give the stems of all files."""
    return {key.partition("/")[0] for key in await world.file_keys()}


async def test_an_avatar_shows_once_it_is_processed(world: World) -> None:
    """The old one shows until then."""
    user = await world.scene.user()

    first = await submit(world, user)
    before = await shown(world, user)
    await world.work()
    second = await submit(world, user)
    between = await shown(world, user)
    await world.work()

    assert (before, between) == (None, first.stem)
    assert await shown(world, user) == second.stem
    assert await stems_of_files(world) == {second.stem}


async def test_of_two_uploads_the_last_submitted_wins(world: World) -> None:
    """Whichever is processed last."""
    user = await world.scene.user()
    first, second = await submit(world, user), await submit(world, user)
    avatars = world.services.media.avatars

    await avatars.process(second)
    await avatars.process(first)
    await world.work()

    assert await shown(world, user) == second.stem


async def test_a_replaced_upload_whose_file_is_gone_is_no_failure(world: World) -> None:
    """Its files were discarded before its job came: nothing to see, nothing to repair."""
    user = await world.scene.user()
    first, second = await submit(world, user), await submit(world, user)
    await world.services.media.sweeping.discard([first.stem])

    await world.services.media.avatars.process(first)
    await world.work()

    assert await shown(world, user) == second.stem
    assert (await world.family.ledger.page(failed=True, after=None, limit=10)).items == ()


async def test_processing_again_changes_nothing(world: World) -> None:
    """A job may come twice."""
    user = await world.scene.user()
    submitted = await submit(world, user)
    await world.work()
    before = await world.file_keys()

    await world.services.media.avatars.process(submitted)

    assert await shown(world, user) == submitted.stem
    assert await world.file_keys() == before


async def test_a_bad_file_leaves_the_old_avatar(world: World) -> None:
    """The bad file is removed, its job is a dead letter that says why."""
    user = await world.scene.user()
    first = await submit(world, user)
    await world.work()
    world.images.fault = MediaTruncatedError("cut off")

    await submit(world, user)
    await world.work()

    (letter,) = (await world.family.ledger.page(failed=True, after=None, limit=10)).items
    assert letter.error == "MediaTruncatedError: cut off"
    assert await shown(world, user) == first.stem
    assert await stems_of_files(world) == {first.stem}


async def test_a_file_that_breaks_the_machinery_is_given_up_after_three_runs(
    world: World,
) -> None:
    """It is not waited for any more, and its file goes."""
    user = await world.scene.user()
    await submit(world, user)
    world.images.fault = RuntimeError("unknown")

    for _ in range(5):
        await world.work()
        world.clock.advance(1000)

    assert len(world.images.rendered) == 3
    assert await stems_of_files(world) == set()
    with pytest.raises(NotFoundError):
        await world.services.media.avatars.clear(user)


async def test_clearing_removes_what_is_shown_and_what_is_waited_for(world: World) -> None:
    """A job that comes afterwards shows nothing; clearing again finds nothing."""
    user = await world.scene.user()
    await submit(world, user)
    await world.work()
    waited_for = await submit(world, user)
    avatars = world.services.media.avatars

    await avatars.clear(user)
    await avatars.process(waited_for)
    await world.work()

    assert await shown(world, user) is None
    assert await stems_of_files(world) == set()
    with pytest.raises(NotFoundError):
        await avatars.clear(user)
