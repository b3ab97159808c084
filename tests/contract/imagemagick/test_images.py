"""The image processor over ImageMagick keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.media.ports import ImageProcessor
from instagram_core.testing.contracts.images import ImageProcessorContract
from instagram_imagemagick import MagickImageProcessor
from tests.magick import require_magick


class TestMagickImageProcessor(ImageProcessorContract):
    capabilities = frozenset({"close", "gif", "heic", "jpeg", "webp"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ImageProcessor]:
        """Give one whose sandboxes are not started yet."""
        require_magick()
        async with MagickImageProcessor() as processor:
            yield processor
