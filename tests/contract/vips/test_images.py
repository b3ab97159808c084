"""The image processor over libvips keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.media.ports import ImageProcessor
from instagram_core.testing.contracts.images import ImageProcessorContract
from instagram_vips import VipsImageProcessor


class TestVipsImageProcessor(ImageProcessorContract):
    capabilities = frozenset({"close", "gif", "heic", "jpeg", "webp"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ImageProcessor]:
        """Give one whose sandboxes are not started yet."""
        async with VipsImageProcessor() as processor:
            yield processor
