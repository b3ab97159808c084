"""From an untrusted file to its renditions; runs inside the sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

import attrs

from instagram_core.media.errors import (
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size
from instagram_core.media.policy import SNIFFED_BYTES, fitted, is_complete, sniff
from instagram_core.media.thumbhash import thumbhash
from instagram_sandbox.decoder import Decoder, Picture, Source
from instagram_sandbox.limits import Limits

_PLACEHOLDER_SIDE: Final = 32


class Pipeline:
    """Reads pictures within limits. Every fault of a picture is raised as a refusal."""

    def __init__(self, limits: Limits, decoder: Decoder) -> None:
        """Take the library that decodes."""
        self._limits = limits
        self._decoder = decoder

    def versions(self) -> dict[str, str]:
        """Give the versions of the libraries."""
        return {**self._decoder.versions(), "pillow-heif": version("pillow-heif")}

    def probe(self, data: bytes) -> ImageInfo:
        """Give format and upright size from the header."""
        with self._refusing():
            image_format, source = self._opened(data)
        return ImageInfo(format=image_format, width=source.width, height=source.height)

    def render(self, data: bytes) -> RenderedImage:
        """Make all renditions: one decoding, then each size from the next larger one."""
        with self._refusing():
            return self._rendered(self._opened(data)[1])

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except self._decoder.fault as error:
            raise MediaTruncatedError(" ".join(str(error).split())) from error

    def _opened(self, data: bytes) -> tuple[ImageFormat, Source]:
        image_format = sniff(data[:SNIFFED_BYTES])
        if image_format is None:
            raise UnsupportedMediaError("no format that is read")
        source = self._decoder.open(image_format, data)
        if source.width * source.height > self._limits.max_pixels:
            raise TooManyPixelsError(f"{source.width} by {source.height} pixels")
        if not is_complete(image_format, data):
            raise MediaTruncatedError(f"the {image_format} file ends too early")
        return image_format, source

    def _rendered(self, source: Source) -> RenderedImage:
        first, *smaller = sorted(Size, key=lambda one: one.longest_side, reverse=True)
        picture = source.shrunk(*fitted(source.width, source.height, first.longest_side))
        renditions = [*self._renditions(first, picture)]
        for size in smaller:
            sides = fitted(source.width, source.height, size.longest_side)
            if sides == (picture.width, picture.height):
                # The same files under another name: nothing is encoded twice.
                same = renditions[-len(self._limits.encodings) :]
                renditions += [attrs.evolve(one, size=size) for one in same]
            else:
                picture = picture.resized(*sides)
                renditions += self._renditions(size, picture)
        return RenderedImage(
            width=source.width,
            height=source.height,
            placeholder=thumbhash(*picture.rgba(_PLACEHOLDER_SIDE)),
            renditions=tuple(renditions),
        )

    def _renditions(self, size: Size, picture: Picture) -> Iterator[Rendition]:
        for encoding in self._limits.encodings:
            yield Rendition(
                size=size,
                encoding=encoding,
                width=picture.width,
                height=picture.height,
                data=picture.encoded(encoding),
            )
