"""Files that went to the store before anybody said what for."""

import attrs
import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import InvalidError
from instagram_core.media.errors import (
    MediaTooLargeError,
    UnsupportedMediaError,
    UploadFormError,
)
from instagram_core.media.forms import FormAddress
from instagram_core.media.model import DirectUpload
from instagram_core.media.service import OfferedUpload, WantedUpload
from instagram_core.posts.model import PostId
from instagram_core.posts.service import NewPostText
from tests.contract.memory.clients import sent
from tests.unit.instagram_core.world import PICTURE, World, chunks

JPEG = WantedUpload(content_type="image/jpeg", length=100)


def offered(world: World, user: UserId, count: int = 1) -> list[OfferedUpload]:
    """Give forms of somebody."""
    return list(world.services.media.direct.offer(user, [JPEG] * count))


async def fill_in(world: World, upload: OfferedUpload, data: bytes = PICTURE) -> None:
    """Send a form; it must be taken."""
    forms = world.services.media.forms
    assert await sent(forms, upload.form.url, upload.form.fields, data) == 204


async def share(world: World, user: UserId, *keys: str) -> PostId:
    """Share what was uploaded."""
    async with world.services.media.uploads.batch() as batch:
        spent = await world.services.media.direct.claim(user, keys, batch)
        originals = [upload.original for upload in batch.uploads]
        posting = world.services.posts.posting
        post = await posting.create(user, originals, NewPostText(), spent)
        batch.keep()
    return post


async def test_what_was_uploaded_becomes_a_post(world: World) -> None:
    """By copies of one's own, in the order of the keys."""
    user = await world.scene.user()
    uploads = offered(world, user, 2)
    for number, upload in enumerate(uploads):
        await fill_in(world, upload, PICTURE + bytes([number]))

    post = await share(world, user, uploads[1].key, uploads[0].key)
    await fill_in(world, uploads[0], PICTURE + b" of something else")
    await world.services.posts.pipeline.process(post)

    assert world.images.rendered == [PICTURE + b"\x01", PICTURE + b"\x00"]


async def test_a_key_is_good_once(world: World) -> None:
    """Also for another post, and what was copied for that goes."""
    user = await world.scene.user()
    (upload,) = offered(world, user)
    await fill_in(world, upload)
    await share(world, user, upload.key)
    before = await world.file_keys()

    with pytest.raises(InvalidError, match="used already"):
        await share(world, user, upload.key)

    assert await world.file_keys() == before


async def test_a_key_is_for_whoever_asked(world: World) -> None:
    """Nobody shares what somebody else uploaded."""
    ada, ben = await world.scene.user(), await world.scene.user()
    (upload,) = offered(world, ada)
    await fill_in(world, upload)

    with pytest.raises(InvalidError, match="not good"):
        await share(world, ben, upload.key)
    await share(world, ada, upload.key)


@pytest.mark.parametrize(
    "wrong", ["", "x", "{key}x", "x{key}", "{stem}", "{stem}.9999999999.{seal}"]
)
async def test_a_key_that_was_not_given_out_is_refused(world: World, wrong: str) -> None:
    """However it was changed."""
    user = await world.scene.user()
    (upload,) = offered(world, user)
    await fill_in(world, upload)
    stem, _, seal = upload.key.split(".")

    with pytest.raises(InvalidError):
        await share(world, user, wrong.format(key=upload.key, stem=stem, seal=seal))


async def test_a_key_and_its_form_end_together(world: World) -> None:
    """An hour after they were given out."""
    user = await world.scene.user()
    one, other = offered(world, user, 2)
    await fill_in(world, one)
    world.clock.advance(3600)

    with pytest.raises(InvalidError, match="no more"):
        await share(world, user, one.key)
    with pytest.raises(AssertionError):
        await fill_in(world, other)


@pytest.mark.parametrize("count", [0, 11])
async def test_one_to_ten_files(world: World, count: int) -> None:
    """Neither forms nor keys of fewer or more."""
    user = await world.scene.user()
    with pytest.raises(InvalidError):
        offered(world, user, count)
    with pytest.raises(InvalidError):
        await share(world, user, *map(str, range(count)))


async def test_a_key_given_twice_is_refused(world: World) -> None:
    """A post shows each file once."""
    user = await world.scene.user()
    (upload,) = offered(world, user)
    await fill_in(world, upload)

    with pytest.raises(InvalidError, match="twice"):
        await share(world, user, upload.key, upload.key)


async def test_nothing_uploaded_is_said_so(world: World) -> None:
    """And of the others nothing is left but the uploads."""
    user = await world.scene.user()
    one, other = offered(world, user, 2)
    await fill_in(world, one)
    before = await world.file_keys()

    with pytest.raises(InvalidError, match=r"\(2\.\) that nothing was uploaded for"):
        await share(world, user, one.key, other.key)

    assert await world.file_keys() == before


async def test_the_bytes_are_judged(world: World) -> None:
    """Whatever type was declared; nothing but the upload is left."""
    user = await world.scene.user()
    (upload,) = offered(world, user)
    await fill_in(world, upload, b"<script>")
    before = await world.file_keys()

    with pytest.raises(UnsupportedMediaError):
        await share(world, user, upload.key)

    assert await world.file_keys() == before


async def test_a_file_over_the_bound_is_refused_before_it_is_copied(world: World) -> None:
    """For stores whose forms have no bound."""
    user = await world.scene.user()
    (upload,) = offered(world, user)
    await world.files.put(DirectUpload(stem=upload.key.split(".")[0]).key, b"x" * 101)

    with pytest.raises(MediaTooLargeError):
        await share(world, user, upload.key)

    assert len(await world.file_keys()) == 1


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (attrs.evolve(JPEG, length=101), MediaTooLargeError),
        (attrs.evolve(JPEG, length=0), InvalidError),
        (attrs.evolve(JPEG, content_type="image/svg+xml"), UnsupportedMediaError),
        (attrs.evolve(JPEG, content_type="video/mp4"), UnsupportedMediaError),
    ],
)
async def test_no_form_for_what_would_be_refused(
    world: World, wanted: WantedUpload, error: type[Exception]
) -> None:
    """Before anything is sent."""
    user = await world.scene.user()
    with pytest.raises(error):
        world.services.media.direct.offer(user, [JPEG, wanted])


async def test_a_form_with_a_changed_address_is_refused(world: World) -> None:
    """Its bound is part of the signature, and numbers that are none change nothing."""
    address = FormAddress(
        stem="uploads0" + "a" * 32,
        content_type="image/png",
        most_bytes="9" * 30,
        expires="many",
        signature="ü",
    )
    with pytest.raises(UploadFormError):
        await world.services.media.forms.receive(address, "image/png", chunks(b"x"))


async def test_old_uploads_are_swept_and_nothing_else(world: World) -> None:
    """Two hours old, when nobody can claim them: sooner than other orphans."""
    user = await world.scene.user()
    claimed, forgotten = offered(world, user, 2)
    for upload in (claimed, forgotten):
        await fill_in(world, upload)
    await share(world, user, claimed.key)
    world.clock.advance(7200)
    (fresh,) = offered(world, user)
    await fill_in(world, fresh)
    sweeping = world.services.media.sweeping
    assert await sweeping.sweep_uploads() == 0

    world.clock.advance(1)

    assert await sweeping.sweep_uploads() == 2
    names = [key.partition("/")[2] for key in await world.file_keys()]
    assert sorted(names) == ["original", "upload"]
