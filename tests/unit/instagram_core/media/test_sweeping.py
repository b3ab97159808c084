"""Removing files that nothing refers to, and no other."""

from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.model import Original, Size, keys_of_stem, media_key
from tests.unit.instagram_core.world import World

DAY = 24 * 3600


async def forget(world: World, stem: str) -> None:
    """Leave a file without a row, as a killed process does."""
    await world.files.put(media_key(stem, Original.NAME), b"picture")


async def test_a_file_without_a_row_is_collected_after_a_day(world: World) -> None:
    """To the millisecond; not before: its row may be on its way."""
    await forget(world, "0" * 32)
    sweeping = world.services.media.sweeping

    world.clock.advance(DAY)
    assert await sweeping.sweep() == 0
    world.clock.advance(0.001)
    assert await sweeping.sweep() == 1

    assert await world.file_keys() == []


async def test_files_in_use_are_never_collected(world: World) -> None:
    """Processing, failed and published posts, avatars shown and waited for, however old."""
    user, other = await world.scene.users(2)
    await world.submit(user)
    failed = await world.submit(user)
    await world.services.posts.pipeline.give_up(failed, "bad")
    await world.publish(user)
    avatars = world.services.media.avatars
    shown, awaited = await world.take_in(b"picture", b"picture")
    await avatars.submit(other, shown)
    await avatars.process(AvatarSubmitted(user_id=other, stem=shown.stem))
    await avatars.submit(other, awaited)
    before = await world.file_keys()

    world.clock.advance(30 * DAY)

    assert await world.services.media.sweeping.sweep() == 0
    assert await world.file_keys() == before


async def test_the_sweep_goes_through_all_files(world: World) -> None:
    """In pages, orphans and files in use mixed."""
    user = await world.scene.user()
    for number in range(7):
        await forget(world, f"{number:032d}")
        await world.publish(user)
    kept = len(await world.file_keys()) - 7
    world.clock.advance(DAY + 1)
    sweeping = world.services.media.sweeping
    sweeping.FILES_AT_ONCE = 3  # type: ignore[misc]

    assert len([file async for file in sweeping.orphans()]) == 7
    assert await sweeping.sweep() == 7
    assert await sweeping.sweep() == 0
    assert len(await world.file_keys()) == kept


async def test_looking_for_orphans_removes_nothing(world: World) -> None:
    """That is what a dry run does."""
    await forget(world, "0" * 32)
    world.clock.advance(DAY + 1)

    assert [file.key async for file in world.services.media.sweeping.orphans()] == [
        f"{'0' * 32}/original"
    ]
    assert len(await world.file_keys()) == 1


async def test_discarding_removes_all_files_of_a_stem(world: World) -> None:
    """The original and every rendition; again is fine."""
    stem, other = "a" * 32, "b" * 32
    for key in (*keys_of_stem(stem), *keys_of_stem(other)):
        await world.files.put(key, b"picture")
    sweeping = world.services.media.sweeping

    await sweeping.discard([stem])
    await sweeping.discard([stem])

    assert await world.file_keys() == sorted(keys_of_stem(other))


async def test_discarding_spares_what_is_in_use(world: World) -> None:
    """A job that comes late, or twice, takes no picture away."""
    user = await world.scene.user()
    post = await world.publish(user)
    view = await world.services.posts.reading.post(None, post)
    stems = [media.picture.stem for media in view.post.media]
    before = await world.file_keys()

    await world.services.media.sweeping.discard([*stems, "c" * 32])

    assert await world.file_keys() == before
    assert media_key(stems[0], f"{Size.LARGE}.webp") in before
