"""Pictures by the standard library: plain PNG in, PNG out."""

from instagram_core.media.errors import (
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size
from instagram_core.media.policy import SNIFFED_BYTES, fitted, is_complete, sniff
from instagram_core.media.ports import ImageProcessor
from instagram_core.media.thumbhash import thumbhash
from instagram_core.memory import png
from instagram_core.memory.closing import Closable
from instagram_core.memory.raster import Raster

_PLACEHOLDER_SIDE = 32


class InMemoryImageProcessor(Closable, ImageProcessor):
    """Shows what a processor does. Works in the caller's process, seconds per megapixel.

    Reads PNG of 8 bits per sample that is not interlaced; every other format is refused.
    """

    def __init__(self, *, max_bytes: int = 10 * 1024 * 1024, max_pixels: int = 50_000_000) -> None:
        """Set the limits of one picture."""
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels

    async def probe(self, data: bytes) -> ImageInfo:
        """Give the size from the header; MediaTooLargeError over `max_bytes`."""
        self.check_open()
        header = self._checked(data)
        return ImageInfo(format=ImageFormat.PNG, width=header.width, height=header.height)

    async def render(self, data: bytes) -> RenderedImage:
        """Make a PNG of every size; MediaTooLargeError over `max_bytes`."""
        self.check_open()
        self._checked(data)
        raster = original = png.decode(data)
        renditions = list[Rendition]()
        for size in sorted(Size, key=lambda one: one.longest_side, reverse=True):
            raster = _bounded(raster, original, size.longest_side)
            renditions.append(
                Rendition(
                    size=size,
                    encoding="png",
                    width=raster.width,
                    height=raster.height,
                    data=png.encode(raster),
                )
            )
        tiny = _bounded(raster, original, _PLACEHOLDER_SIDE)
        return RenderedImage(
            width=original.width,
            height=original.height,
            placeholder=thumbhash(tiny.width, tiny.height, tiny.rgba),
            renditions=tuple(renditions),
        )

    def _checked(self, data: bytes) -> png.PngHeader:
        if len(data) > self._max_bytes:
            raise MediaTooLargeError(f"{len(data)} bytes")
        if sniff(data[:SNIFFED_BYTES]) is not ImageFormat.PNG:
            raise UnsupportedMediaError("not a PNG")
        header = png.read_header(data)
        if header.width * header.height > self._max_pixels:
            raise TooManyPixelsError(f"{header.width} by {header.height} pixels")
        if not is_complete(ImageFormat.PNG, data):
            raise MediaTruncatedError("the png file ends too early")
        return header


def _bounded(raster: Raster, original: Raster, longest_side: int) -> Raster:
    """Shrink what is small already, to the size that the original has within the bound."""
    return raster.shrunk(*fitted(original.width, original.height, longest_side))
