"""HEIC, read by libheif for whichever library cannot; runs inside the sandbox."""

from typing import Final

import pillow_heif

from instagram_core.media.errors import MediaTruncatedError

_DISPLAY_P3: Final = 12
"""Colour primaries of SMPTE EG 432-1, as a file without an ICC profile names them."""


class HeicFile:
    """A file whose header has been read.

    libheif applies the rotations and mirrors of the file itself. The Exif orientation repeats
    them, so it is not looked at: a picture would turn twice.
    """

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

    @property
    def profile(self) -> bytes | None:
        """Give the ICC profile; None when there is none."""
        return self._image.info.get("icc_profile") or None

    @property
    def is_display_p3(self) -> bool:
        """Tell whether it says, without an ICC profile, that its colours are Display P3."""
        primaries = self._image.info.get("nclx_profile", {}).get("color_primaries")
        return self.profile is None and primaries == _DISPLAY_P3

    def decoded(self) -> tuple[str, memoryview]:
        """Give the channels and the samples; MediaTruncatedError when some are missing.

        Channels are L, LA, RGB or RGBA of 8 bits; a small a says that alpha is multiplied in.
        """
        try:
            samples = self._image.data
        except Exception as error:
            raise MediaTruncatedError(f"libheif: {error}") from error
        return self._image.mode, samples
