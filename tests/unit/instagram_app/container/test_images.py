"""The libraries that read pictures are chosen by a setting, and missed in a sentence."""

import asyncio
import ctypes.util
from pathlib import Path

import pytest

from instagram_app.container.checks import Check, State, image_checks
from instagram_app.container.errors import AdapterRefused
from instagram_app.container.images import open_sandboxed
from instagram_app.container.opening import make_foundation
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings
from instagram_core.media.errors import TooManyPixelsError
from instagram_core.media.model import ImageFormat
from instagram_core.media.ports import ImageProcessor
from instagram_core.media.samples import SAMPLES
from instagram_core.testing.pictures import hollow
from instagram_imagemagick import MagickImageProcessor
from tests.magick import require_magick


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings that ask for ImageMagick."""
    chosen = {"INSTAGRAM_DATA": str(tmp_path), "INSTAGRAM_IMAGE_PROCESSOR": "imagemagick"}
    return load_settings(chosen | {"INSTAGRAM_UPLOAD_PIXELS": "10000"})


def checked(settings: Settings) -> list[Check]:
    """Look at the libraries that read pictures."""

    async def look() -> list[Check]:
        return [check async for check in image_checks(settings)]

    return asyncio.run(look())


@pytest.fixture
def without_magick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no library be found."""
    monkeypatch.delenv("MAGICK_HOME", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)


def test_imagemagick_reads_when_it_is_asked_for(settings: Settings) -> None:
    """With the limits of the settings."""
    require_magick()

    async def read() -> ImageProcessor:
        async with open_sandboxed(make_foundation(settings, is_alone=True)) as processor:
            await processor.probe(SAMPLES[ImageFormat.JPEG])
            with pytest.raises(TooManyPixelsError):
                await processor.probe(hollow(101, 100))
            return processor

    assert isinstance(asyncio.run(read()), MagickImageProcessor)


def test_a_start_without_the_library_is_refused_in_a_sentence(
    settings: Settings, without_magick: None
) -> None:
    """Which says what to install."""
    with pytest.raises(AdapterRefused, match=r"libmagickwand-6\.q16-6") as refused:
        open_sandboxed(make_foundation(settings, is_alone=True))

    assert "libMagickWand is not there" in str(refused.value)
    assert "brew install imagemagick" in str(refused.value)


def test_the_doctor_decodes_with_what_settings_name(settings: Settings) -> None:
    """And tells the versions."""
    require_magick()
    [check] = checked(settings)

    assert check.state is State.OK
    assert "ImageMagick " in check.finding
    assert "HEIC" in check.finding


def test_the_doctor_says_what_to_install(settings: Settings, without_magick: None) -> None:
    """When the library is not there."""
    [check] = checked(settings)

    assert check.state is State.FAILED
    assert "libMagickWand" in check.finding
    assert "libmagickwand-6.q16-6" in check.advice
    assert "brew install imagemagick" in check.advice
