"""From an untrusted file to its renditions; runs inside the sandbox."""

from importlib.metadata import version
from typing import Final

import pyvips

from instagram_core.media.errors import (
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size
from instagram_core.media.policy import SNIFFED_BYTES, fitted, is_complete, sniff
from instagram_core.media.thumbhash import thumbhash
from instagram_vips.limits import Limits
from instagram_vips.sources import LOADERS, PROFILE, Pixels, Source, VipsSource, fault

_PLACEHOLDER_SIDE: Final = 32
_WHITE: Final = [255]


class Pipeline:
    """Reads pictures within limits. Every fault of a picture is raised as a refusal."""

    def __init__(self, limits: Limits) -> None:
        """Shut every loader of libvips but the four, and keep nothing between pictures."""
        self._limits = limits
        pyvips.operation_block_set("VipsForeignLoad", True)  # noqa: FBT003 - its signature
        for name, _ in LOADERS.values():
            pyvips.operation_block_set(name, False)  # noqa: FBT003 - its signature
        pyvips.cache_set_max(0)

    def versions(self) -> dict[str, object]:
        """Give the versions of the libraries."""
        return {
            "libvips": ".".join(str(pyvips.version(part)) for part in range(3)),
            "pillow-heif": version("pillow-heif"),
        }

    def probe(self, data: bytes) -> ImageInfo:
        """Give format and upright size from the header."""
        source = self._opened(data)
        return ImageInfo(format=source.format, width=source.width, height=source.height)

    def render(self, data: bytes) -> RenderedImage:
        """Make all renditions: one decoding, then each size from the next larger one."""
        source = self._opened(data)
        try:
            return self._rendered(source)
        except pyvips.Error as error:
            raise fault(error) from error

    def _opened(self, data: bytes) -> Source:
        image_format = sniff(data[:SNIFFED_BYTES])
        if image_format is None:
            raise UnsupportedMediaError("no format that is read")
        source = _source(image_format, data)
        if source.width * source.height > self._limits.max_pixels:
            raise TooManyPixelsError(f"{source.width} by {source.height} pixels")
        if not is_complete(image_format, data):
            raise MediaTruncatedError(f"the {image_format} file ends too early")
        return source

    def _rendered(self, source: Source) -> RenderedImage:
        image, renditions = None, list[Rendition]()
        encoded = dict[str, bytes]()
        for size in sorted(Size, key=lambda one: one.longest_side, reverse=True):
            width, height = fitted(source.width, source.height, size.longest_side)
            if image is None:
                image = _without_profile(source.shrunk(width, height).copy_memory())
                encoded = self._encoded(image)
            elif (width, height) != (image.width, image.height):
                image = image.thumbnail_image(width, height=height, size="force").copy_memory()
                encoded = self._encoded(image)
            renditions += [
                Rendition(size=size, encoding=encoding, width=width, height=height, data=data)
                for encoding, data in encoded.items()
            ]
        return RenderedImage(
            width=source.width,
            height=source.height,
            placeholder=_placeholder(image),
            renditions=tuple(renditions),
        )

    def _encoded(self, image: Pixels) -> dict[str, bytes]:
        return {encoding: _ENCODERS[encoding](image) for encoding in self._limits.encodings}


def _source(image_format: ImageFormat, data: bytes) -> Source:
    if image_format is not ImageFormat.HEIC:
        return VipsSource(image_format, data)
    from instagram_vips.heic import HeicSource  # noqa: PLC0415 - most children never need it

    return HeicSource(data)


def _without_profile(image: Pixels) -> Pixels:
    """Forget the profile: the pixels are sRGB now, and later steps would convert them again."""
    if not image.get_typeof(PROFILE):
        return image
    bare = image.copy()
    bare.remove(PROFILE)
    return bare


def _webp(image: Pixels) -> bytes:
    data: bytes = image.webpsave_buffer(Q=80, keep="none")
    return data


def _jpeg(image: Pixels) -> bytes:
    if image.hasalpha():
        image = image.flatten(background=_WHITE)
    data: bytes = image.jpegsave_buffer(Q=82, optimize_coding=True, keep="none")
    return data


_ENCODERS: Final = {"webp": _webp, "jpeg": _jpeg}


def _placeholder(image: Pixels) -> str:
    tiny = image.thumbnail_image(_PLACEHOLDER_SIDE, height=_PLACEHOLDER_SIDE, size="down")
    tiny = tiny if tiny.hasalpha() else tiny.addalpha()
    return thumbhash(tiny.width, tiny.height, bytes(tiny.write_to_memory()))
