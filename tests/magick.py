"""Whether ImageMagick is here."""

import pytest


def require_magick() -> None:
    """Skip the test, saying what to install, where its library is not."""
    try:
        import wand.api  # noqa: F401, PLC0415 - it looks for the library when imported
    except ImportError:
        pytest.skip(
            "ImageMagick's library is not here: apt-get install libmagickwand-6.q16-6 (Debian), "
            "brew install imagemagick (macOS)"
        )
