"""The profiles are what colour management takes them for."""

import io

import pytest
from PIL import Image, ImageCms

from instagram_imagemagick.profiles import DISPLAY_P3, SRGB

COLOURS = [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 30, 60), (20, 180, 90), (5, 9, 240)]


def opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    """Give a profile as lcms reads it."""
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


@pytest.mark.parametrize("colour", COLOURS)
def test_srgb_is_that_of_others(colour: tuple[int, int, int]) -> None:
    """Converting from the one that lcms makes changes nothing."""
    picture = Image.new("RGB", (1, 1), colour)
    converted = ImageCms.profileToProfile(picture, ImageCms.createProfile("sRGB"), opened(SRGB))

    assert converted is not None
    assert converted.getpixel((0, 0)) == pytest.approx(colour, abs=1)


def test_display_p3_is_wider() -> None:
    """Its grey is grey, and its green is more than sRGB can show."""
    picture = Image.new("RGB", (2, 1), (128, 128, 128))
    picture.putpixel((1, 0), (0, 200, 60))
    converted = ImageCms.profileToProfile(picture, opened(DISPLAY_P3), opened(SRGB))

    assert converted is not None
    assert converted.getpixel((0, 0)) == pytest.approx((128, 128, 128), abs=1)
    red, green, _ = converted.getpixel((1, 0))  # type: ignore[misc]
    assert (red, green > 200) == (0, True)
