"""ImageMagick as the sandbox's decoder."""

from typing import Final

from wand.exceptions import WandException
from wand.image import ORIENTATION_TYPES
from wand.resource import limits as resources
from wand.version import MAGICK_VERSION_INFO

from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import ImageFormat
from instagram_imagemagick.orientation import UPRIGHT, orientation
from instagram_imagemagick.picture import MagickPicture
from instagram_imagemagick.wands import ping, read, warning
from instagram_sandbox.decoder import Decoder, Source
from instagram_sandbox.limits import Limits

_SIDEWAYS: Final = frozenset({"left_top", "right_top", "right_bottom", "left_bottom"})
"""Orientations whose stored width is the height one sees."""


class MagickDecoder(Decoder):
    """JPEG, PNG, WebP and GIF by ImageMagick, HEIC by libheif."""

    fault = WandException

    def __init__(self, limits: Limits) -> None:
        """Bound what ImageMagick takes: no more than the picture may, in memory, in one thread.

        It has no limit of time here: its clock is the one on the wall and runs from the start of
        the process. The sandbox counts processor time, for each picture anew.
        """
        bounds = {
            "width": limits.max_pixels,
            "height": limits.max_pixels,
            # Of this one it means "less than".
            "area": limits.max_pixels + 1,
            "memory": limits.memory_bytes,
            "map": limits.memory_bytes,
            "disk": 0,
            "thread": 1,
        }
        for name, bound in bounds.items():
            resources[name] = bound

    def versions(self) -> dict[str, str]:
        """Give the version of ImageMagick."""
        return {"ImageMagick": ".".join(map(str, MAGICK_VERSION_INFO))}

    def open(self, image_format: ImageFormat, data: bytes) -> Source:
        """Read the header."""
        if image_format is not ImageFormat.HEIC:
            return MagickSource(image_format, data)
        from instagram_imagemagick.heic import HeicSource  # noqa: PLC0415 - most never need it

        return HeicSource(data)


class MagickSource(Source):
    """JPEG, PNG, WebP or GIF, the first frame of those that move."""

    def __init__(self, image_format: ImageFormat, data: bytes) -> None:
        """Read the header."""
        self._format = image_format
        self._data = data
        with ping(image_format.value, data) as wand:
            turned = orientation(image_format, data)
            self._orientation = ORIENTATION_TYPES[turned] if turned > UPRIGHT else wand.orientation
            sides = (wand.page_width, wand.page_height) if _has_canvas(image_format) else wand.size
        self.width, self.height = reversed(sides) if self._orientation in _SIDEWAYS else sides

    def shrunk(self, width: int, height: int) -> MagickPicture:
        """Decode: JPEG is made smaller while it is decoded."""
        wand = read(self._format.value, self._data, side=max(width, height))
        if "premature end" in (said := warning(wand)).lower():
            raise MediaTruncatedError(said)
        if _has_canvas(self._format):
            wand.coalesce()
        wand.orientation = self._orientation
        wand.auto_orient()
        return MagickPicture.of(wand, width, height)


def _has_canvas(image_format: ImageFormat) -> bool:
    """Tell whether a frame may be smaller than the picture it lies in."""
    return image_format in {ImageFormat.GIF, ImageFormat.WEBP}
