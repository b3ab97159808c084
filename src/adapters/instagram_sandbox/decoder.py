"""What a library does for the sandbox: opens files, and makes renditions of pictures."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from instagram_core.media.model import ImageFormat


class Picture(Protocol):
    """Pixels in memory: upright, 8 bits, sRGB, with nothing of the file they came from."""

    width: int
    height: int

    @abstractmethod
    def resized(self, width: int, height: int) -> "Picture":
        """Give it in another size, without looking at the aspect ratio."""

    @abstractmethod
    def encoded(self, encoding: str) -> bytes:
        """Give a file without metadata; transparency is white where the encoding has none."""

    @abstractmethod
    def rgba(self, longest_side: int) -> tuple[int, int, bytes]:
        """Give width, height and four bytes per pixel, not premultiplied, made to fit a side."""


class Source(Protocol):
    """A file whose header has been read and whose pixels have not."""

    width: int
    """Upright, as are the height and what `shrunk` gives."""
    height: int

    @abstractmethod
    def shrunk(self, width: int, height: int) -> Picture:
        """Decode the first frame into this size; MediaTruncatedError when pixels are missing."""


class Decoder(Protocol):
    """One library's way; made once per sandbox, of its `Limits`."""

    fault: type[Exception]
    """What its library raises for a picture that it cannot read."""

    @abstractmethod
    def versions(self) -> Mapping[str, str]:
        """Give the versions of the libraries, by name."""

    @abstractmethod
    def open(self, image_format: ImageFormat, data: bytes) -> Source:
        """Read the header as of this format and no other."""
