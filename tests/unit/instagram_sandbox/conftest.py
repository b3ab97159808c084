"""What the tests of pictures share: each library in turn, and the folder of real photos."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from instagram_core.media.model import ImageInfo, RenderedImage
from instagram_imagemagick import MagickImageProcessor
from instagram_sandbox import SandboxedImageProcessor
from instagram_vips import VipsImageProcessor
from tests.coroutines import pytest_pyfunc_call
from tests.magick import require_magick

__all__ = ["pytest_pyfunc_call"]

ROOT = Path(__file__).parents[3]
KINDS: dict[str, type[SandboxedImageProcessor]] = {
    "vips": VipsImageProcessor,
    "imagemagick": MagickImageProcessor,
}


class Studio:
    """One processor with warm sandboxes on a loop of its own, for tests that only look."""

    def __init__(self, make: type[SandboxedImageProcessor]) -> None:
        self.make = make
        self._runner = asyncio.Runner()
        self._processor = make(children=1, max_bytes=64 * 1024 * 1024)

    def probe(self, data: bytes) -> ImageInfo:
        """Read a header."""
        return self._runner.run(self._processor.probe(data))

    def render(self, data: bytes) -> RenderedImage:
        """Render a picture."""
        return self._runner.run(self._processor.render(data))

    def close(self) -> None:
        """End the sandboxes and the loop."""
        self._runner.run(self._processor.close())
        self._runner.close()


@pytest.fixture(scope="package", params=KINDS)
def make(request: pytest.FixtureRequest) -> type[SandboxedImageProcessor]:
    """Give a processor's class; whatever asks for it is tested with each library."""
    if request.param == "imagemagick":
        require_magick()
    return KINDS[request.param]


@pytest.fixture(scope="package")
def studio(make: type[SandboxedImageProcessor]) -> Iterator[Studio]:
    """Give the processor that these tests share."""
    studio = Studio(make)
    yield studio
    studio.close()


@pytest.fixture(scope="package")
def photos() -> Path:
    """Give the folder of real pictures; they are no part of the project."""
    default = ROOT.parent / "shared" / "media"
    folder = Path(os.environ.get("INSTAGRAM_TEST_MEDIA", default))
    if not folder.is_dir():
        pytest.skip("real photographs are not here; name their folder in INSTAGRAM_TEST_MEDIA")
    return folder
