"""Pixels as libvips holds them; runs inside the sandbox."""

from typing import Any, Final, TypeAlias

from instagram_sandbox.decoder import Picture

Pixels: TypeAlias = Any
"""A pyvips.Image; pyvips has no types."""

PROFILE: Final = "icc-profile-data"
SRGB: Final = "srgb"
_WHITE: Final = [255]


class VipsPicture(Picture):
    """Pixels that have been computed."""

    def __init__(self, image: Pixels) -> None:
        """Compute them."""
        self._image = image.copy_memory()
        self.width, self.height = self._image.width, self._image.height

    @classmethod
    def of(cls, image: Pixels) -> "VipsPicture":
        """Give what a file became: sRGB, without the profile.

        The profile has been applied, and later steps would apply it again.
        """
        picture = cls(image if image.interpretation == SRGB else image.colourspace(SRGB))
        if picture._image.get_typeof(PROFILE):
            picture._image = picture._image.copy()
            picture._image.remove(PROFILE)
        return picture

    def resized(self, width: int, height: int) -> "VipsPicture":
        """Give it in another size."""
        return VipsPicture(self._image.thumbnail_image(width, height=height, size="force"))

    def encoded(self, encoding: str) -> bytes:
        """Give a file."""
        data: bytes = _ENCODERS[encoding](self._image)
        return data

    def rgba(self, longest_side: int) -> tuple[int, int, bytes]:
        """Give the samples of a small copy."""
        tiny = self._image.thumbnail_image(longest_side, height=longest_side, size="down")
        tiny = tiny if tiny.hasalpha() else tiny.addalpha()
        return tiny.width, tiny.height, bytes(tiny.write_to_memory())


def conversion(*, is_profiled: bool) -> dict[str, str]:
    """Give what makes a thumbnail sRGB; without a profile it would cost 100 ms for nothing."""
    return {"export_profile": SRGB} if is_profiled else {}


def _webp(image: Pixels) -> bytes:
    data: bytes = image.webpsave_buffer(Q=80, keep="none")
    return data


def _jpeg(image: Pixels) -> bytes:
    if image.hasalpha():
        image = image.flatten(background=_WHITE)
    data: bytes = image.jpegsave_buffer(Q=82, optimize_coding=True, keep="none")
    return data


_ENCODERS: Final = {"webp": _webp, "jpeg": _jpeg}
