"""How long pictures take."""

from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from instagram_app.observability.metrics import Metrics
from instagram_core.media.model import ImageInfo, RenderedImage
from instagram_core.media.ports import ImageProcessor

T = TypeVar("T")


class TimedImages(ImageProcessor):
    """Does what another processor does, and counts the seconds."""

    def __init__(self, images: ImageProcessor, metrics: Metrics) -> None:
        """Time the calls of `images`."""
        self._images = images
        self._metrics = metrics

    async def probe(self, data: bytes) -> ImageInfo:
        """Give what the other processor gives."""
        return await self._timed("probe", self._images.probe(data))

    async def render(self, data: bytes) -> RenderedImage:
        """Give what the other processor gives."""
        return await self._timed("render", self._images.render(data))

    async def _timed(self, operation: str, work: Awaitable[T]) -> T:
        begun, outcome = perf_counter(), "failed"
        try:
            result = await work
            outcome = "done"
        finally:
            self._metrics.images.labels(operation, outcome).observe(perf_counter() - begun)
        return result
