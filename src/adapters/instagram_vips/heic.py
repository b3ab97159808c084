"""HEIC, which the wheel of libvips cannot read, as libvips' pixels; runs inside the sandbox."""

from typing import Final

import pyvips

from instagram_sandbox.decoder import Source
from instagram_sandbox.heic import HeicFile
from instagram_vips.picture import PROFILE, SRGB, Pixels, VipsPicture, conversion

_BANDS: Final = {"L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4}


class HeicSource(HeicFile, Source):
    """A picture whose header has been read."""

    def shrunk(self, width: int, height: int) -> VipsPicture:
        """Decode; there is no smaller way than the whole."""
        image = self._in_its_colours(self._pixels())
        image = image.thumbnail_image(
            width,
            height=height,
            size="force",
            **conversion(is_profiled=bool(image.get_typeof(PROFILE))),
        )
        return VipsPicture.of(image)

    def _pixels(self) -> Pixels:
        mode, samples = self.decoded()
        bands = _BANDS[mode]
        image = pyvips.Image.new_from_memory(samples, self.width, self.height, bands, "uchar")
        image = image.copy(interpretation=SRGB if bands >= _BANDS["RGB"] else "b-w")
        return image.unpremultiply().cast("uchar") if mode.endswith("a") else image

    def _in_its_colours(self, image: Pixels) -> Pixels:
        if self.profile:
            image = image.copy()
            image.set_type(pyvips.GValue.blob_type, PROFILE, self.profile)
        elif self.is_display_p3:
            image = image.icc_import(input_profile="p3").icc_export(output_profile=SRGB, depth=8)
        return image
