"""The reference reads and writes PNG as Pillow does."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from instagram_core.media.errors import MediaTruncatedError, UnsupportedMediaError
from instagram_core.memory.png import decode, encode
from instagram_core.memory.raster import Raster
from instagram_core.testing.pictures import chunk, png, solid

SIZE = (23, 17)


def drawn(mode: str) -> Image.Image:
    """Give a picture in which every filter of PNG pays somewhere."""
    picture = Image.new("RGBA", SIZE)
    for x in range(SIZE[0]):
        for y in range(SIZE[1]):
            picture.putpixel((x, y), (x * 11, y * 13, (x * y) % 251, 255 - (x + y) * 3))
    return picture.convert(mode)


def written(picture: Image.Image, **options: object) -> bytes:
    """Give the PNG that Pillow makes of a picture."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def filtered(kind: int) -> bytes:
    """Give a PNG whose rows all use one filter, over bytes that make sense with any."""
    header = struct.pack(">IIBBBBB", 5, 4, 8, 2, 0, 0, 0)
    raw = b"".join(
        bytes([kind, *((7 * row + 31 * x) % 256 for x in range(15))]) for row in range(4)
    )
    chunks = {b"IHDR": header, b"IDAT": zlib.compress(raw), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks.items())


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_all_colours_are_read(mode: str) -> None:
    """As Pillow reads them."""
    picture = drawn(mode)

    assert picture.convert("RGBA").tobytes() == decode(written(picture)).rgba


@pytest.mark.parametrize("kind", range(5))
def test_all_filters_are_undone(kind: int) -> None:
    """As Pillow undoes them."""
    data = filtered(kind)
    expected = Image.open(io.BytesIO(data)).convert("RGBA").tobytes()

    assert expected == decode(data).rgba


@pytest.mark.parametrize(
    ("mode", "clear"), [("RGB", (11, 13, 1)), ("L", 40), ("P", bytes([255, 0, 128, 7] * 16))]
)
def test_colours_that_mean_transparent_are(mode: str, clear: object) -> None:
    """By a key or by a table."""
    data = written(drawn(mode), transparency=clear)
    expected = Image.open(io.BytesIO(data)).convert("RGBA").tobytes()

    assert expected == decode(data).rgba


@given(
    width=st.integers(1, 9), height=st.integers(1, 9), samples=st.binary(min_size=324, max_size=324)
)
def test_what_is_written_is_read(width: int, height: int, samples: bytes) -> None:
    """By this reader and by Pillow."""
    raster = Raster(width=width, height=height, rgba=samples[: 4 * width * height])
    data = encode(raster)

    assert raster == decode(data)
    assert raster.rgba == Image.open(io.BytesIO(data)).convert("RGBA").tobytes()


def test_an_opaque_picture_has_no_alpha_channel() -> None:
    """A quarter of the bytes is saved."""
    assert Image.open(io.BytesIO(encode(decode(solid(4, 4, (1, 2, 3, 255)))))).mode == "RGB"


@pytest.mark.parametrize("data", [written(drawn("RGB").convert("I;16")), written(drawn("1"))])
def test_other_depths_are_unsupported(data: bytes) -> None:
    """Eight bits are enough for a reference."""
    with pytest.raises(UnsupportedMediaError):
        decode(data)


def test_a_wrong_checksum_is_damage() -> None:
    """Of any chunk."""
    data = bytearray(png([[(1, 2, 3)] * 4] * 4, extra=chunk(b"tEXt", b"note\0text")))
    data[data.index(b"note")] ^= 1

    with pytest.raises(MediaTruncatedError):
        decode(bytes(data))


def test_a_bomb_is_unpacked_as_far_as_the_picture_goes() -> None:
    """What follows the last row is never made."""
    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(300_000_000), 9)
    chunks = {b"IHDR": header, b"IDAT": packed, b"IEND": b""}
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks.items())

    assert decode(data).rgba == bytes([0, 0, 0, 255]) * 16


@given(
    sides=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    to=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    colour=st.tuples(*[st.integers(0, 255)] * 3, st.integers(1, 255)),
)
def test_one_colour_stays_when_it_shrinks(
    sides: tuple[int, int], to: tuple[int, int], colour: tuple[int, ...]
) -> None:
    """No rounding makes it another."""
    width, height = min(sides[0], to[0]), min(sides[1], to[1])
    raster = Raster(width=sides[0], height=sides[1], rgba=bytes(colour) * (sides[0] * sides[1]))

    assert bytes(colour) * (width * height) == raster.shrunk(width, height).rgba


def test_a_pixel_is_the_mean_of_those_it_covers() -> None:
    """Weighed by how much of them is seen."""
    rgba = bytes([200, 0, 0, 255, 100, 0, 0, 255, 0, 0, 90, 0, 0, 60, 0, 51])
    raster = Raster(width=4, height=1, rgba=rgba)

    assert bytes([150, 0, 0, 255, 0, 60, 0, 26]) == raster.shrunk(2, 1).rgba
