"""libvips as the sandbox's decoder."""

from typing import Final

import pyvips

from instagram_core.media.model import ImageFormat
from instagram_sandbox.decoder import Decoder, Source
from instagram_sandbox.limits import Limits
from instagram_vips.picture import PROFILE, VipsPicture, conversion

_LOADERS: Final = {
    ImageFormat.JPEG: ("VipsForeignLoadJpegBuffer", "jpegload_buffer"),
    ImageFormat.PNG: ("VipsForeignLoadPngBuffer", "pngload_buffer"),
    ImageFormat.WEBP: ("VipsForeignLoadWebpBuffer", "webpload_buffer"),
    ImageFormat.GIF: ("VipsForeignLoadNsgifBuffer", "gifload_buffer"),
}
"""The class of each loader, by which libvips blocks it, and the name it is called by."""

_MISSING: Final = "premature end"
_ORIENTATION: Final = "orientation"
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""Exif orientations whose stored width is the height one sees."""


class VipsDecoder(Decoder):
    """JPEG, PNG, WebP and GIF by libvips, HEIC by libheif."""

    fault = pyvips.Error

    def __init__(self, limits: Limits) -> None:
        """Shut every loader of libvips but the four, and keep nothing between pictures."""
        pyvips.operation_block_set("VipsForeignLoad", True)  # noqa: FBT003 - its signature
        for name, _ in _LOADERS.values():
            pyvips.operation_block_set(name, False)  # noqa: FBT003 - its signature
        pyvips.cache_set_max(0)

    def versions(self) -> dict[str, str]:
        """Give the version of libvips."""
        return {"libvips": ".".join(str(pyvips.version(part)) for part in range(3))}

    def open(self, image_format: ImageFormat, data: bytes) -> Source:
        """Read the header."""
        if image_format is not ImageFormat.HEIC:
            return VipsSource(image_format, data)
        from instagram_vips.heic import HeicSource  # noqa: PLC0415 - most children never need it

        return HeicSource(data)


class VipsSource(Source):
    """JPEG, PNG, WebP or GIF, the first frame of those that move."""

    def __init__(self, image_format: ImageFormat, data: bytes) -> None:
        """Read the header."""
        self._format = image_format
        self._data = data
        _, loader = _LOADERS[image_format]
        header = pyvips.Operation.call(loader, data, access="sequential")
        self._is_profiled = bool(header.get_typeof(PROFILE))
        # What libvips itself turns the picture by.
        stored = header.get(_ORIENTATION) if header.get_typeof(_ORIENTATION) else 1
        sides = (header.width, header.height)
        self.width, self.height = reversed(sides) if stored in _SIDEWAYS else sides

    def shrunk(self, width: int, height: int) -> VipsPicture:
        """Decode: JPEG and WebP are made smaller while they are decoded."""
        if self._format is not ImageFormat.JPEG:
            return self._decoded(width, height, fail_on="error")
        try:
            return self._decoded(width, height, fail_on="warning")
        except pyvips.Error as error:
            # What libjpeg warns of is harmless (cameras write stray bytes), but for pixels that
            # are not there: it makes them grey, and an end mark may follow all the same.
            if _MISSING in str(error).lower():
                raise
            return self._decoded(width, height, fail_on="error")

    def _decoded(self, width: int, height: int, *, fail_on: str) -> VipsPicture:
        # `fail_on` as an argument of thumbnail_buffer reaches no loader (libvips 8.18): a truncated
        # file would become half grey. In the options it does.
        image = pyvips.Image.thumbnail_buffer(
            self._data,
            width,
            height=height,
            size="force",
            option_string=f"[fail_on={fail_on}]",
            **conversion(is_profiled=self._is_profiled),
        )
        return VipsPicture.of(image)
