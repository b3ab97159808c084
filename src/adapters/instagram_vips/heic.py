"""HEIC, which the wheel of libvips cannot read; runs inside the sandbox."""

from typing import Any, Final

import pillow_heif
import pyvips

from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import ImageFormat
from instagram_vips.sources import PROFILE, SRGB, Pixels, Source, conversion

_BANDS: Final = {"L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4}
_DISPLAY_P3: Final = 12
"""Colour primaries of SMPTE EG 432-1, as a file without an ICC profile names them."""


class HeicSource(Source):
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

    def shrunk(self, width: int, height: int) -> Pixels:
        """Decode; there is no smaller way than the whole."""
        image = _in_its_colours(self._decoded(), self._image.info)
        image = image.thumbnail_image(
            width,
            height=height,
            size="force",
            **conversion(is_profiled=bool(image.get_typeof(PROFILE))),
        )
        return image if image.interpretation == SRGB else image.colourspace(SRGB)

    def _decoded(self) -> Pixels:
        try:
            pixels = self._image.data
        except Exception as error:
            raise MediaTruncatedError(f"libheif: {error}") from error
        mode = self._image.mode
        bands = _BANDS[mode]
        image = pyvips.Image.new_from_memory(pixels, *self._image.size, bands, "uchar")
        image = image.copy(interpretation=SRGB if bands >= _BANDS["RGB"] else "b-w")
        return image.unpremultiply().cast("uchar") if mode.endswith("a") else image


def _in_its_colours(image: Pixels, info: dict[str, Any]) -> Pixels:
    if profile := info.get("icc_profile"):
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, PROFILE, profile)
    elif info.get("nclx_profile", {}).get("color_primaries") == _DISPLAY_P3:
        image = image.icc_import(input_profile="p3").icc_export(output_profile=SRGB, depth=8)
    return image
