"""Pixels as ImageMagick holds them; runs inside the sandbox."""

from collections.abc import Mapping
from typing import Final

from instagram_imagemagick.profiles import SRGB
from instagram_imagemagick.wands import Wand, converted
from instagram_sandbox.decoder import Picture

_QUALITY: Final[Mapping[str, int]] = {"webp": 80, "jpeg": 82}
_FILTER: Final = "lanczos"
_AHEAD: Final = 2
"""How many times larger than wanted a picture is averaged to before it is resampled."""


class MagickPicture(Picture):
    """Pixels of a wand of its own."""

    def __init__(self, wand: Wand) -> None:
        """Take the wand."""
        self._wand = wand
        self.width, self.height = wand.size

    @classmethod
    def of(cls, wand: Wand, width: int, height: int) -> "MagickPicture":
        """Give what a file became, in this size: sRGB, without profiles, notes or place."""
        _resize(wand, width, height)
        # A profile that is none does no harm: the samples are taken for sRGB.
        if not (wand.profiles.get("icc") and converted(wand, SRGB)):
            wand.transform_colorspace("srgb")
        wand.strip()
        wand.reset_coords()
        return cls(wand)

    def resized(self, width: int, height: int) -> "MagickPicture":
        """Give it in another size."""
        wand = self._wand.clone()
        _resize(wand, width, height)
        return MagickPicture(wand)

    def encoded(self, encoding: str) -> bytes:
        """Give a file."""
        with self._wand.clone() as wand:
            if encoding == "jpeg":
                wand.background_color = "white"
                wand.alpha_channel = "remove"
                wand.options["jpeg:sampling-factor"] = "2x2,1x1,1x1"
            wand.depth = 8
            wand.format = encoding
            wand.compression_quality = _QUALITY[encoding]
            data: bytes = wand.make_blob()
        return data

    def rgba(self, longest_side: int) -> tuple[int, int, bytes]:
        """Give the samples of a small copy."""
        scale = min(1, longest_side / max(self.width, self.height))
        width, height = (max(1, round(side * scale)) for side in (self.width, self.height))
        with self._wand.clone() as wand:
            _resize(wand, width, height)
            if not wand.alpha_channel:
                # What stands in the place of an alpha that is not there is anybody's guess.
                wand.alpha_channel = "opaque"
            return width, height, bytes(wand.export_pixels(channel_map="RGBA", storage="char"))


def _resize(wand: Wand, width: int, height: int) -> None:
    if wand.width > (_AHEAD + 1) * width and wand.height > (_AHEAD + 1) * height:
        # Plain averages cost little, and so far from the end nobody sees which filter it was.
        wand.scale(_AHEAD * width, _AHEAD * height)
    if wand.size != (width, height):
        wand.resize(width, height, filter=_FILTER)
