"""The image processor of the standard library keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.media.ports import ImageProcessor
from instagram_core.memory.images import InMemoryImageProcessor
from instagram_core.testing.contracts.images import ImageProcessorContract


class TestInMemoryImageProcessor(ImageProcessorContract):
    capabilities = frozenset({"close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ImageProcessor]:
        """Give one with the limits of the app."""
        yield InMemoryImageProcessor()
