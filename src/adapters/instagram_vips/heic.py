"""HEIC, which the wheel of libvips cannot read; runs inside the sandbox."""

from typing import Any

import pillow_heif
import pyvips

from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import ImageFormat

_BANDS = {"L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4}
_DISPLAY_P3 = 12
"""Colour primaries of SMPTE EG 432-1, as a file without an ICC profile names them."""


class HeicSource:
    """A picture whose header has been read.

    libheif applies the rotations and mirrors of the file itself. The Exif orientation repeats
    them, so it is not looked at: a picture would turn twice.
    """

    format = ImageFormat.HEIC

    def __init__(self, data: bytes) -> None:
        """Read the header; MediaTruncatedError when it is damaged."""
        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = False
        pillow_heif.options.DEPTH_IMAGES = False
        pillow_heif.options.AUX_IMAGES = False
        try:
            self._image = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        except Exception as error:
            raise MediaTruncatedError(f"libheif: {error}") from error
        self.width, self.height = self._image.size

    def shrunk(self, width: int, height: int) -> Any:  # noqa: ANN401 - pyvips has no types
        """Give the picture in this size, sRGB."""
        return self._decoded().thumbnail_image(
            width, height=height, size="force", export_profile="srgb"
        )

    def _decoded(self) -> Any:  # noqa: ANN401 - pyvips has no types
        try:
            pixels = self._image.data
        except Exception as error:
            raise MediaTruncatedError(f"libheif: {error}") from error
        bands, mode = _BANDS[self._image.mode], self._image.mode
        width, height = self._image.size
        image = pyvips.Image.new_from_memory(pixels, width, height, bands, "uchar")
        image = image.copy(interpretation="srgb" if bands >= _BANDS["RGB"] else "b-w")
        if mode.endswith("a"):
            image = image.unpremultiply().cast("uchar")
        return _with_profile(image, self._image.info)


def _with_profile(image: Any, info: dict[str, Any]) -> Any:  # noqa: ANN401 - pyvips has no types
    if profile := info.get("icc_profile"):
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        return image
    if info.get("nclx_profile", {}).get("color_primaries") == _DISPLAY_P3:
        return image.icc_transform("srgb", input_profile="p3")
    return image
