"""Serving renditions to whoever holds a good address."""

import pytest

from instagram_core.accounts.model import AccountChange, Standing, UserId
from instagram_core.media.addresses import MediaAddress
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.model import Size, media_key
from instagram_core.media.ports import ByteRange
from instagram_core.media.service.serving import AddressNotGoodError, ServedFile
from instagram_core.posts.model import PostId
from tests.unit.instagram_core.world import PICTURE, World, taken_apart


async def address_of(world: World, post: PostId, size: Size = Size.SMALL) -> MediaAddress:
    """Give the address that a page shows of a post's first picture to its author."""
    shared = (await world.family.posts.get_many([post]))[post]
    url = world.services.media.addresses.give(
        shared.post.media[0].picture.stem,
        size,
        generation=shared.author.media_generation,
        is_restricted=shared.author.is_private,
    )
    return taken_apart(url)


async def is_good(world: World, address: MediaAddress) -> bool:
    """Tell whether the file would be served."""
    try:
        await world.services.media.serving.find(address, ["webp"])
    except AddressNotGoodError:
        return False
    return True


async def set_private(world: World, user: UserId, *, is_private: bool) -> None:
    """Switch privacy as a user does."""
    await world.services.accounts.editing.edit(user, AccountChange(is_private=is_private))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [(["webp", "jpeg"], "webp"), (["jpeg"], "jpeg"), (["avif", "jpeg"], "jpeg"), ([], "webp")],
)
async def test_the_first_accepted_encoding_that_there_is_is_served(
    world: World, accepted: list[str], encoding: str
) -> None:
    """Without one, whatever there is."""
    post = await world.publish(await world.scene.user())
    address = await address_of(world, post)

    served = await world.services.media.serving.find(address, accepted)

    assert isinstance(served, ServedFile)
    assert served.encoding == encoding
    assert served.file.key == media_key(address.stem, f"small.{encoding}")
    assert not served.is_restricted


async def test_a_part_of_a_file_is_read(world: World) -> None:
    """As ranges are asked for."""
    post = await world.publish(await world.scene.user())
    serving = world.services.media.serving
    served = await serving.find(await address_of(world, post), ["webp"])
    assert isinstance(served, ServedFile)

    async with (
        serving.read(served) as whole,
        serving.read(served, ByteRange(start=2, last=4)) as part,
    ):
        assert b"".join([chunk async for chunk in whole]) == PICTURE + b" small"
        assert b"".join([chunk async for chunk in part]) == PICTURE[2:5]


async def test_a_switch_of_privacy_kills_addresses_given_out_before(world: World) -> None:
    """In both directions, at once; those given out after it are good."""
    author = await world.scene.user()
    post = await world.publish(author)

    for is_private in (True, False):
        before = await address_of(world, post)
        assert await is_good(world, before)
        await set_private(world, author, is_private=is_private)
        assert not await is_good(world, before)
        assert await is_good(world, await address_of(world, post))


async def test_pictures_of_a_private_account_are_restricted_and_last_five_minutes(
    world: World,
) -> None:
    """They are for no shared cache."""
    author = await world.scene.user(is_private=True)
    post = await world.publish(author)
    address = await address_of(world, post)

    served = await world.services.media.serving.find(address, ["webp"])
    world.clock.advance(served.seconds)

    assert served.is_restricted
    assert served.seconds <= 300
    assert not await is_good(world, address)


async def test_the_avatar_of_a_private_account_is_for_everyone(world: World) -> None:
    """Its profile is, too."""
    user = await world.scene.user(is_private=True)
    (original,) = await world.take_in()
    avatars, media = world.services.media.avatars, world.services.media
    await avatars.submit(user, original)
    await avatars.process(AvatarSubmitted(user_id=user, stem=original.stem))
    me = (await world.services.graph.profiles.me(user)).account.user

    url = media.addresses.give(
        original.stem, Size.THUMBNAIL, generation=me.media_generation, is_restricted=False
    )

    assert not (await media.serving.find(taken_apart(url), ["webp"])).is_restricted


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_pictures_of_who_is_gone_are_not_served(world: World, standing: Standing) -> None:
    """At once, whatever the address says."""
    author = await world.scene.user()
    address = await address_of(world, await world.publish(author))

    await world.scene.set_standing(author, standing)

    assert not await is_good(world, address)


async def test_pictures_of_a_deleted_post_are_not_served(world: World) -> None:
    """Before its files are removed."""
    author = await world.scene.user()
    post = await world.publish(author)
    address = await address_of(world, post)

    await world.services.posts.posting.delete(author, post)

    assert not await is_good(world, address)


async def test_files_that_never_were_and_forged_addresses_answer_the_same(world: World) -> None:
    """Guessing stems tells nothing."""
    post = await world.publish(await world.scene.user())
    good = await address_of(world, post)
    known = MediaAddress(stem=good.stem, size=good.size, expires=good.expires, signature=bytes(16))
    unknown = MediaAddress(
        stem="0" * 32, size=good.size, expires=good.expires, signature=good.signature
    )

    for address in (known, unknown):
        assert not await is_good(world, address)


async def test_a_file_that_is_lost_is_not_found(world: World) -> None:
    """The address is good, so it is said; the rights are not in doubt."""
    address = await address_of(world, await world.publish(await world.scene.user()))
    await world.files.delete([media_key(address.stem, "small.webp")])

    with pytest.raises(MediaNotFoundError):
        await world.services.media.serving.find(address, ["webp"])


async def test_files_of_an_unpublished_post_have_no_address(world: World) -> None:
    """The original is never served, not even under a signature of ours."""
    author = await world.scene.user()
    await world.submit(author)
    (key,) = await world.file_keys()

    for size in Size:
        url = world.services.media.addresses.give(
            key.partition("/")[0], size, generation=0, is_restricted=True
        )
        assert not await is_good(world, taken_apart(url))
