"""Files are told by their bytes; ends are found; renditions keep their ratio."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.media.model import ImageFormat, Size
from instagram_core.media.policy import SNIFFED_BYTES, fitted, is_complete, sniff
from instagram_core.media.samples import SAMPLES
from instagram_core.testing.pictures import UNREADABLE, gif, turned, with_segment


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    """Give the first box of a file of the ISO family."""
    content = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(content) + 4).to_bytes(4, "big") + content


@pytest.mark.parametrize("image_format", ImageFormat)
def test_a_format_is_told_by_its_first_bytes(image_format: ImageFormat) -> None:
    """The rest of the file is not needed."""
    assert image_format == sniff(SAMPLES[image_format][:SNIFFED_BYTES])


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_picture_has_no_format(kind: str) -> None:
    """Documents, films and other pictures are not read."""
    assert sniff(UNREADABLE[kind]) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ftyp(b"heic", b"mif1"), ImageFormat.HEIC),
        (ftyp(b"heix"), ImageFormat.HEIC),
        (ftyp(b"mif1", b"miaf", b"heic"), ImageFormat.HEIC),
        (ftyp(b"msf1", b"heix"), ImageFormat.HEIC),
        (ftyp(b"mif1", b"avif"), None),
        (ftyp(b"avif", b"mif1", b"heic"), None),
        (ftyp(b"qt  ", b"heic"), None),
        (ftyp(b"mif1", b"miaf") + b"heic", None),
        (ftyp(b"mif1"), None),
    ],
)
def test_heic_is_told_by_its_brands(head: bytes, expected: ImageFormat | None) -> None:
    """A container counts when it says that it holds HEVC, within its first box."""
    assert expected == sniff(head)


@given(data=st.binary(max_size=600))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    """Nothing an upload may be is an error here."""
    assert sniff(data) in {None, *ImageFormat}
    for sample in SAMPLES.values():
        for image_format in ImageFormat:
            assert is_complete(image_format, sample[:20] + data) in {True, False}


@pytest.mark.parametrize("image_format", ImageFormat)
def test_a_whole_file_is_complete(image_format: ImageFormat) -> None:
    """To its last byte."""
    assert is_complete(image_format, SAMPLES[image_format])


@pytest.mark.parametrize("image_format", set(ImageFormat) - {ImageFormat.HEIC})
def test_a_cut_file_is_not_complete(image_format: ImageFormat) -> None:
    """Wherever it was cut."""
    data = SAMPLES[image_format]

    assert [n for n in range(12, len(data)) if is_complete(image_format, data[:n])] == []


def test_a_cut_heic_is_not_complete() -> None:
    """Unless it was cut between two boxes, which only its decoder can notice."""
    data = SAMPLES[ImageFormat.HEIC]
    pixels = data.index(b"mdat") - 4
    ends = [n for n in range(12, len(data)) if is_complete(ImageFormat.HEIC, data[:n])]

    assert [pixels] == ends


def test_a_box_of_the_long_form_has_an_end_too() -> None:
    """Its length is 64 bits wide; one without length reaches to the end of the file."""
    head = ftyp(b"heic") + (8).to_bytes(4, "big") + b"meta"
    long = (1).to_bytes(4, "big") + b"mdat" + (26).to_bytes(8, "big")

    assert is_complete(ImageFormat.HEIC, head + long + bytes(10))
    assert not is_complete(ImageFormat.HEIC, head + long + bytes(9))
    assert is_complete(ImageFormat.HEIC, head + bytes(4) + b"mdat" + bytes(5))
    assert not is_complete(ImageFormat.HEIC, ftyp(b"heic") + (8).to_bytes(4, "big") + b"mdat")


def test_the_end_of_a_preview_is_not_the_end_of_its_photo() -> None:
    """The Exif block of a camera holds a whole small JPEG."""
    data = with_segment(SAMPLES[ImageFormat.JPEG], 0xE1, b"Exif\0\0" + SAMPLES[ImageFormat.JPEG])

    assert is_complete(ImageFormat.JPEG, data)
    assert not is_complete(ImageFormat.JPEG, data[:-10])


@pytest.mark.parametrize("image_format", [ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP])
def test_bytes_behind_the_end_are_allowed(image_format: ImageFormat) -> None:
    """Cameras write films and padding there."""
    assert is_complete(image_format, SAMPLES[image_format] + b"\0trailer" * 9)


def test_padding_behind_a_gif_is_allowed() -> None:
    """Some programs round its length up."""
    assert is_complete(ImageFormat.GIF, gif([0, 1], 9, 7) + bytes(5))


def test_a_turned_jpeg_is_complete() -> None:
    """Segments before the picture are passed over."""
    assert is_complete(ImageFormat.JPEG, turned(SAMPLES[ImageFormat.JPEG], 6, note=b"\xff\xd9"))


@given(
    width=st.integers(1, 100_000),
    height=st.integers(1, 100_000),
    size=st.sampled_from(sorted(Size)),
)
def test_a_rendition_fits_and_keeps_its_ratio(width: int, height: int, size: Size) -> None:
    """The longer side is the bound, the shorter the nearest whole number, neither is nothing."""
    bound = min(size.longest_side, max(width, height))
    scale = Fraction(bound, max(width, height))
    fit = fitted(width, height, size.longest_side)

    assert bound == max(fit)
    for side, given_side in zip(fit, (width, height), strict=True):
        assert side >= 1
        assert side == 1 or abs(side - given_side * scale) <= Fraction(1, 2)
