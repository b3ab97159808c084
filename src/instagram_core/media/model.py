"""Values of media: keys, sizes, pictures and their renditions."""

import re
from enum import StrEnum
from typing import ClassVar, Final, NewType
from uuid import UUID

import attrs

MediaId = NewType("MediaId", UUID)

MediaKey = NewType("MediaKey", str)
"""Where a file lies in the media store: `<stem>/<name>`, lower-case letters, digits, `.`, `-`, `_`.

The stem is random and made by the system; nothing of it ever comes from a user.
"""

_STEM = re.compile(r"[a-z0-9]{16,40}")
_KEY = re.compile(r"[a-z0-9]{16,40}/[a-z0-9][a-z0-9._-]{0,40}")


def media_key(stem: str, name: str) -> MediaKey:
    """Give the key of file `name` under `stem`; ValueError when either is not of the safe form."""
    key = f"{stem}/{name}"
    if not _KEY.fullmatch(key):
        msg = "a media key is <stem>/<name> of lower-case letters and digits"
        raise ValueError(msg)
    return MediaKey(key)


def is_media_stem(text: str) -> bool:
    """Tell whether `text` has the form of a stem."""
    return _STEM.fullmatch(text) is not None


class ImageFormat(StrEnum):
    """The formats that are read, told by the file's bytes alone."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"


class Size(StrEnum):
    """The four sizes every picture is served in."""

    THUMBNAIL = "thumbnail"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def longest_side(self) -> int:
        """Give the bound of the longer side in pixels; a smaller picture is never enlarged."""
        return _LONGEST_SIDE[self]


ENCODINGS: Final = ("webp", "jpeg", "png")
"""What renditions are encoded as, best first: a file's ending and media subtype."""

_LONGEST_SIDE = {Size.THUMBNAIL: 150, Size.SMALL: 320, Size.MEDIUM: 640, Size.LARGE: 1080}


@attrs.frozen(kw_only=True)
class ImageInfo:
    """What is known of a picture without decoding all of it."""

    format: ImageFormat
    width: int
    """Pixels of the picture as shown upright."""
    height: int


@attrs.frozen(kw_only=True)
class Rendition:
    """One file made from a picture."""

    size: Size
    encoding: str
    """One of ENCODINGS."""
    width: int
    height: int
    data: bytes = attrs.field(repr=lambda data: f"<{len(data)} bytes>")


@attrs.frozen(kw_only=True)
class RenderedImage:
    """A picture in all sizes: one rendition for each size and encoding."""

    width: int
    """Pixels of the upright original."""
    height: int
    placeholder: str
    """ThumbHash of the picture, base64 with padding."""
    renditions: tuple[Rendition, ...]


@attrs.frozen(kw_only=True)
class Original:
    """An uploaded file that waits to become renditions. Private for ever."""

    NAME: ClassVar[str] = "original"

    stem: str
    info: ImageInfo
    alt_text: str = ""

    @property
    def key(self) -> MediaKey:
        """Give where the file lies."""
        return media_key(self.stem, self.NAME)


@attrs.frozen(kw_only=True)
class DirectUpload:
    """A place for a file that a client sends without the app in between; claimed or swept."""

    NAME: ClassVar[str] = "upload"
    STEMS: ClassVar[str] = "uploads0"
    """How their stems begin, and no others, which are hexadecimal: they lie together in a store."""

    stem: str

    @property
    def key(self) -> MediaKey:
        """Give where the file lies."""
        return media_key(self.stem, self.NAME)


@attrs.frozen(kw_only=True)
class Picture:
    """A processed picture: its files lie at `<stem>/<size>.<encoding>` in the media store."""

    stem: str
    width: int
    height: int
    placeholder: str
    encodings: tuple[str, ...]

    def key(self, size: Size, encoding: str) -> MediaKey:
        """Give where one rendition lies."""
        return media_key(self.stem, f"{size}.{encoding}")


def keys_of_stem(stem: str) -> tuple[MediaKey, ...]:
    """Give every place where a file of this stem can lie: the original and all renditions."""
    renditions = (media_key(stem, f"{size}.{name}") for size in Size for name in ENCODINGS)
    return (media_key(stem, Original.NAME), *renditions)


@attrs.frozen(kw_only=True)
class StoredFile:
    """What the media store knows of one file."""

    key: MediaKey
    length: int
    modified_at: int
    """Unix milliseconds."""
    etag: str
    """Changes when the bytes do; no quotes."""
