"""The orientation of PNG and WebP is read from bytes that anybody may have written."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from instagram_core.media.model import ImageFormat
from instagram_core.testing.pictures import chunk, solid
from instagram_imagemagick.orientation import orientation


def exif(number: int, order: str = ">", entries: int = 1) -> bytes:
    """Give an Exif block that tells an orientation."""
    head = {">": b"MM\0*", "<": b"II*\0"}[order] + struct.pack(f"{order}I", 8)
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, number, 0)
    return head + struct.pack(f"{order}H", entries) + entry + bytes(4)


def picture(block: bytes, kind: ImageFormat) -> bytes:
    """Give a picture with this block in it."""
    if kind is ImageFormat.PNG:
        data = solid(3, 2, (1, 2, 3))
        return data[:33] + chunk(b"eXIf", block) + data[33:]
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, "WEBP", exif=block)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [ImageFormat.PNG, ImageFormat.WEBP])
@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("number", range(1, 9))
def test_an_orientation_is_found(number: int, order: str, kind: ImageFormat) -> None:
    """In either order of bytes."""
    assert orientation(kind, picture(exif(number, order), kind)) == number


@pytest.mark.parametrize(
    "block",
    [b"", b"MM", exif(0), exif(9), exif(65_535), exif(6)[:14], b"Exif\0\0" + bytes(30)],
    ids=["empty", "short", "nought", "nine", "huge", "cut", "zeros"],
)
def test_nonsense_means_upright(block: bytes) -> None:
    """And is no error."""
    assert orientation(ImageFormat.PNG, picture(block, ImageFormat.PNG)) == 1


def test_other_formats_are_left_to_the_library() -> None:
    """It turns JPEG itself, and HEIC is turned by libheif."""
    assert orientation(ImageFormat.JPEG, exif(6)) == 1


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([ImageFormat.PNG, ImageFormat.WEBP]))
def test_any_bytes_have_an_orientation(tail: bytes, kind: ImageFormat) -> None:
    """Whatever they are."""
    assert orientation(kind, picture(exif(1), kind)[:40] + tail) in range(1, 9)
