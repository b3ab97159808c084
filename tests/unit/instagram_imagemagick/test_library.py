"""The library is found once, by the parent, and its absence is told in a sentence."""

import ctypes.util
from pathlib import Path

import pytest

from instagram_imagemagick.library import bound, located
from instagram_imagemagick.processor import MagickImageProcessor


@pytest.fixture
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system know no library."""
    monkeypatch.delenv("MAGICK_HOME", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)


def test_version_seven_is_found_too(monkeypatch: pytest.MonkeyPatch, nothing_found: None) -> None:
    """By any of the names that builds have."""
    known = {"MagickWand-7.Q16HDRI": "libMagickWand-7.Q16HDRI.so.10"}
    monkeypatch.setattr(ctypes.util, "find_library", known.get)

    assert located() == "libMagickWand-7.Q16HDRI.so.10"


def test_a_prefix_of_ones_own_goes_first(
    monkeypatch: pytest.MonkeyPatch, nothing_found: None, tmp_path: Path
) -> None:
    """As on macOS, where libraries lie where Homebrew is."""
    library = tmp_path / "lib" / "libMagickWand-7.Q16HDRI.dylib"
    library.parent.mkdir()
    library.touch()
    monkeypatch.setenv("MAGICK_HOME", str(tmp_path))

    assert located() == str(library)


def test_a_missing_library_is_named(nothing_found: None) -> None:
    """When the processor is made, and not by the first picture."""
    with pytest.raises(ImportError, match="libMagickWand is not there"):
        MagickImageProcessor()


def test_wand_is_given_what_was_found() -> None:
    """The two libraries that it asks for; afterwards all is as before."""
    before = ctypes.util.find_library
    with bound("libMagickWand-6.Q16.so.6"):
        found = [ctypes.util.find_library(name) for name in ("MagickWand", "MagickCore-7")]

    assert found == ["libMagickWand-6.Q16.so.6", "libMagickCore-6.Q16.so.6"]
    assert ctypes.util.find_library is before
