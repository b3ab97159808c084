"""Turning originals into pictures that can be served."""

import pytest

from instagram_core.media.errors import MediaTruncatedError, TooManyPixelsError
from instagram_core.media.model import Size, keys_of_stem
from instagram_core.media.service import Rendering
from tests.unit.instagram_core.world import PICTURE, World


@pytest.fixture
def rendering(world: World) -> Rendering:
    """Give the use case."""
    return world.services.media.rendering


async def test_every_size_is_stored_in_every_encoding(world: World, rendering: Rendering) -> None:
    """Beside the original, which stays as it is."""
    (original,) = await world.take_in()

    picture = await rendering.render(original.stem)

    keys = [picture.key(size, encoding) for size in Size for encoding in picture.encodings]
    assert picture.encodings == ("webp", "jpeg")
    assert await world.file_keys() == sorted([original.key, *keys])
    assert set(keys) < set(keys_of_stem(original.stem))
    assert (picture.width, picture.height, picture.placeholder) == (640, 480, "1QcSHQ==")


async def test_the_whole_original_is_read(world: World, rendering: Rendering) -> None:
    """Though the store gives it in pieces."""
    (original,) = await world.take_in(PICTURE + b"x" * 50)

    await rendering.render(original.stem)

    assert world.images.rendered == [PICTURE + b"x" * 50]


async def test_a_second_run_overwrites_the_same_files(world: World, rendering: Rendering) -> None:
    """And gives the same picture."""
    (original,) = await world.take_in()

    first = await rendering.render(original.stem)
    keys = await world.file_keys()

    assert await rendering.render(original.stem) == first
    assert await world.file_keys() == keys


async def test_a_bad_file_stores_nothing(world: World, rendering: Rendering) -> None:
    """The original stays, for a retry."""
    (original,) = await world.take_in()
    world.images.fault = TooManyPixelsError()

    with pytest.raises(TooManyPixelsError):
        await rendering.render(original.stem)

    assert await world.file_keys() == [original.key]


async def test_an_original_that_is_gone_counts_as_cut_off(rendering: Rendering) -> None:
    """It is the file's fault, not one of the machinery: waiting would not bring it back."""
    with pytest.raises(MediaTruncatedError):
        await rendering.render("0" * 32)
