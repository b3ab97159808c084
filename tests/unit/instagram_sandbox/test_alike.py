"""Whichever library reads a photo, people see the same.

The bounds come from measuring all files of the folder: the worst were 29.6 dB at full size, 41.5 dB
and a mean difference of 2.0 at a quarter, files of 0.93 to 1.01 times the length, and 11.4 at one
point of a placeholder.
"""

import io
import math
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from instagram_core.media.model import RenderedImage
from instagram_core.testing.placeholders import Placeholder
from instagram_imagemagick import MagickImageProcessor
from instagram_vips import VipsImageProcessor
from tests.magick import require_magick
from tests.unit.instagram_sandbox.conftest import Studio
from tests.unit.instagram_sandbox.test_photos import EXPECTED

PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)


@pytest.fixture(scope="module", params=EXPECTED)
def pair(request: pytest.FixtureRequest, photos: Path) -> tuple[RenderedImage, RenderedImage]:
    """Give what libvips and ImageMagick make of one photo."""
    require_magick()
    data = (photos / request.param).read_bytes()
    made = []
    for kind in (VipsImageProcessor, MagickImageProcessor):
        studio = Studio(kind)
        made.append(studio.render(data))
        studio.close()
    return made[0], made[1]


def shown(data: bytes) -> Image.Image:
    """Give a rendition as it looks on white."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def decibels(one: Image.Image, other: Image.Image) -> float:
    """Give the peak signal-to-noise ratio; 99 when they are equal."""
    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    mean = sum(squares) / (len(squares) * one.width * one.height)
    return 10 * math.log10(255**2 / mean) if mean else 99


def test_renditions_of_both_libraries_look_alike(
    pair: tuple[RenderedImage, RenderedImage],
) -> None:
    """The same sizes and encodings, and nobody could tell them apart."""
    vips, magick = pair
    for one, other in zip(vips.renditions, magick.renditions, strict=True):
        named = (one.size, one.encoding, one.width, one.height)
        assert named == (other.size, other.encoding, other.width, other.height)
        left, right = shown(one.data), shown(other.data)
        quarter = (max(1, left.width // 4), max(1, left.height // 4))
        small = [half.resize(quarter, Image.Resampling.BOX) for half in (left, right)]
        assert decibels(left, right) > 28, named
        assert decibels(*small) > 40, named
        assert max(ImageStat.Stat(ImageChops.difference(*small)).mean) < 2.5, named
        assert 0.85 < len(other.data) / len(one.data) < 1.15, named


def test_placeholders_of_both_libraries_look_alike(
    pair: tuple[RenderedImage, RenderedImage],
) -> None:
    """Few are equal to the letter, all in what they show."""
    vips, magick = (Placeholder.read(made.placeholder) for made in pair)

    assert vips.mean == pytest.approx(magick.mean, abs=5)
    for place in ((x, y) for x in PLACES for y in PLACES):
        assert vips.at(*place) == pytest.approx(magick.at(*place), abs=16), place
