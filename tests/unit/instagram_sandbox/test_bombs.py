"""Small files that hide huge pictures are refused by name, and cost nobody anything."""

import struct
import zlib

import pytest

from instagram_core.media.errors import MediaRefused, MediaTruncatedError, TooManyPixelsError
from instagram_core.media.model import ImageFormat
from instagram_core.media.samples import SAMPLES
from instagram_core.testing.pictures import UNREADABLE, chunk, claiming, gif, hollow, png, solid
from instagram_sandbox import SandboxedImageProcessor
from instagram_sandbox import processor as processor_module
from tests.unit.instagram_sandbox.conftest import Studio
from tests.unit.instagram_sandbox.looking import drawn, interlaced, saved

MEBIBYTE = 1024 * 1024


def zeros(length: int) -> bytes:
    """Give so many zeros, packed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(length // MEBIBYTE + 1))
    return packed + packer.flush()


def grey(width: int, height: int, packed: bytes, extra: bytes = b"") -> bytes:
    """Give a grey PNG of this size with these packed rows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_png_of_four_hundred_megapixels_is_refused(studio: Studio) -> None:
    """Whole and well-formed, in 400 KB."""
    bomb = grey(20_000, 20_000, zeros(20_000 * 20_001))
    assert len(bomb) < 500_000
    for method in (studio.probe, studio.render):
        with pytest.raises(TooManyPixelsError, match="20000 by 20000"):
            method(bomb)


@pytest.mark.parametrize(
    "bomb",
    [
        claiming(SAMPLES[ImageFormat.JPEG], 65_000, 65_000),
        gif([0], 8, 8).replace(struct.pack("<HH", 8, 8), struct.pack("<HH", 65_535, 65_535)),
        hollow(50_001, 1_000),
    ],
    ids=["jpeg", "gif", "png"],
)
def test_a_header_that_claims_too_much_is_refused(studio: Studio, bomb: bytes) -> None:
    """Before anything is decoded."""
    for method in (studio.probe, studio.render):
        with pytest.raises(TooManyPixelsError):
            method(bomb)


def test_a_gif_whose_screen_alone_is_huge_is_refused_or_small(studio: Studio) -> None:
    """Its frame has eight by eight pixels."""
    screen = struct.pack("<HH", 65_535, 65_535)
    data = gif([0], 8, 8)
    bomb = data[:6] + screen + data[10:]
    try:
        rendered = studio.render(bomb)
    except TooManyPixelsError:
        return
    assert (rendered.width, rendered.height) == (8, 8)


def test_data_behind_a_small_picture_is_not_unpacked(studio: Studio) -> None:
    """Ten by ten pixels are promised, and two hundred megabytes come."""
    rendered = studio.render(grey(10, 10, zeros(200 * MEBIBYTE)))

    assert (rendered.width, rendered.height) == (10, 10)


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_bomb_beside_the_pixels_does_no_harm(studio: Studio, kind: bytes) -> None:
    """Packed notes and profiles of three hundred megabytes are left alone, or refused."""
    hidden = chunk(kind, b"name\0\0" + zeros(300 * MEBIBYTE))
    try:
        rendered = studio.render(grey(16, 16, zeros(16 * 17), hidden))
    except MediaRefused:
        return
    assert (rendered.width, rendered.height) == (16, 16)


def test_a_picture_of_many_scans_ends(studio: Studio) -> None:
    """A progressive JPEG may repeat its last scan thousands of times."""
    data = saved(drawn(2000, 1500), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    bomb = data[:-2] + data[last:-2] * 2000 + data[-2:]
    try:
        rendered = studio.render(bomb)
    except MediaRefused:
        return
    assert (rendered.width, rendered.height) == (2000, 1500)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_picture_never_reaches_a_sandbox(
    make: type[SandboxedImageProcessor], name: str
) -> None:
    """It is refused by its first bytes."""
    with pytest.raises(MediaRefused):
        make()._refuse(UNREADABLE[name])


@pytest.fixture(scope="module")
def costly() -> bytes:
    """Give the picture that needs most memory: 49 megapixels, 16 bits, alpha, seven passes."""
    return interlaced(7000, 7000, (40_000, 20_000, 10_000, 65_535), depth=16)


def test_fifty_megapixels_fit_the_memory(studio: Studio, costly: bytes) -> None:
    """Even in the most wasteful way to write them."""
    rendered = studio.render(costly)

    assert (rendered.width, rendered.height) == (7000, 7000)


async def test_more_memory_than_allowed_is_refused(
    make: type[SandboxedImageProcessor], costly: bytes
) -> None:
    """As damaged data; the next picture is read."""
    async with make(memory_bytes=256 * MEBIBYTE) as processor:
        assert (await processor.probe(costly)).width == 7000
        with pytest.raises(MediaTruncatedError):
            await processor.render(costly)
        assert (await processor.render(solid(9, 9, (1, 2, 3)))).width == 9


async def test_more_time_than_allowed_is_refused(
    make: type[SandboxedImageProcessor], monkeypatch: pytest.MonkeyPatch, costly: bytes
) -> None:
    """By processor time, so a busy machine refuses no picture; the next one is read."""
    monkeypatch.setattr(processor_module, "_PATIENCE", 100)
    async with make(seconds=0.2) as processor:
        with pytest.raises(MediaTruncatedError, match="longer"):
            await processor.render(costly)
        assert (await processor.render(solid(9, 9, (1, 2, 3)))).width == 9


async def test_the_time_of_one_picture_is_not_that_of_the_next(
    make: type[SandboxedImageProcessor],
) -> None:
    """Each has all of it."""
    data = saved(drawn(1600, 1200), "JPEG")
    async with make(seconds=1, children=1) as processor:
        widths = [(await processor.render(data)).width for _ in range(12)]

    assert widths == [1600] * 12


def test_a_picture_of_the_limit_is_read(studio: Studio) -> None:
    """Fifty megapixels, inclusive."""
    data = grey(10_000, 5_000, zeros(10_001 * 5_000))

    assert studio.probe(data).width == 10_000
    assert studio.render(data).height == 5_000


def test_rows_that_are_missing_are_noticed(studio: Studio) -> None:
    """A picture is never half grey: the loader is told to fail."""
    with pytest.raises(MediaTruncatedError):
        studio.render(png([[(9, 9, 9)] * 40] * 4, claims=40))
