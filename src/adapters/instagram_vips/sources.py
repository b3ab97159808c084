"""Pictures that libvips reads, opened but not yet decoded; runs inside the sandbox."""

from typing import Any, Final, Protocol, TypeAlias

import pyvips

from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import ImageFormat

Pixels: TypeAlias = Any
"""A pyvips.Image; pyvips has no types."""

LOADERS: Final = {
    ImageFormat.JPEG: ("VipsForeignLoadJpegBuffer", "jpegload_buffer"),
    ImageFormat.PNG: ("VipsForeignLoadPngBuffer", "pngload_buffer"),
    ImageFormat.WEBP: ("VipsForeignLoadWebpBuffer", "webpload_buffer"),
    ImageFormat.GIF: ("VipsForeignLoadNsgifBuffer", "gifload_buffer"),
}
"""The class of each loader, by which libvips blocks it, and the name it is called by."""

PROFILE: Final = "icc-profile-data"
SRGB: Final = "srgb"
_ORIENTATION: Final = "orientation"
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""Exif orientations whose stored width is the height one sees."""


class Source(Protocol):
    """A picture whose header has been read and whose pixels have not."""

    format: ImageFormat
    width: int
    height: int

    def shrunk(self, width: int, height: int) -> Pixels:
        """Give the picture in this size: upright, 8 bits, sRGB."""


class VipsSource(Source):
    """JPEG, PNG, WebP or GIF, the first frame of those that move."""

    def __init__(self, image_format: ImageFormat, data: bytes) -> None:
        """Read the header; MediaTruncatedError when it is damaged."""
        self.format = image_format
        self._data = data
        _, loader = LOADERS[image_format]
        try:
            header = pyvips.Operation.call(loader, data, access="sequential")
        except pyvips.Error as error:
            raise fault(error) from error
        self._is_profiled = bool(header.get_typeof(PROFILE))
        # What libvips itself turns the picture by.
        stored = header.get(_ORIENTATION) if header.get_typeof(_ORIENTATION) else 1
        sides = (header.width, header.height)
        self.width, self.height = reversed(sides) if stored in _SIDEWAYS else sides

    def shrunk(self, width: int, height: int) -> Pixels:
        """Decode: JPEG and WebP are made smaller while they are decoded."""
        # `fail_on` as an argument of thumbnail_buffer reaches no loader (libvips 8.18): a truncated
        # file would become half grey. In the options it does.
        image = pyvips.Image.thumbnail_buffer(
            self._data,
            width,
            height=height,
            size="force",
            option_string="[fail_on=error]",
            **conversion(is_profiled=self._is_profiled),
        )
        return image if image.interpretation == SRGB else image.colourspace(SRGB)


def conversion(*, is_profiled: bool) -> dict[str, str]:
    """Give what makes a thumbnail sRGB; without a profile it would cost 100 ms for nothing."""
    return {"export_profile": SRGB} if is_profiled else {}


def fault(error: pyvips.Error) -> MediaTruncatedError:
    """Give the refusal of a picture that libvips cannot read."""
    return MediaTruncatedError(f"libvips: {' '.join(str(error).split())}")
