"""How PNG and WebP say they are to be turned; ImageMagick 6 asks only JPEG."""

from collections.abc import Iterator
from typing import Final

from instagram_core.media.model import ImageFormat

UPRIGHT: Final = 1
_ORIENTATIONS: Final = range(1, 9)
_TAG: Final = 0x0112
_HEAD: Final = 8
_ENTRY: Final = 12
_MOST_CHUNKS: Final = 20_000
_MOST_ENTRIES: Final = 1_000
_MARK: Final = b"Exif\0\0"


def orientation(image_format: ImageFormat, data: bytes) -> int:
    """Give the Exif orientation of the file, 1 to 8; 1 when it names none."""
    chunks = _CHUNKS.get(image_format)
    for kind, content in chunks(data) if chunks else ():
        if kind in {b"eXIf", b"EXIF"}:
            return _of_exif(content.removeprefix(_MARK))
    return UPRIGHT


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    for _ in range(_MOST_CHUNKS):
        head = data[position : position + _HEAD]
        if len(head) < _HEAD:
            return
        end = position + _HEAD + int.from_bytes(head[:4], "big")
        # Only small ones can be it, and the others are not copied.
        yield head[4:], data[position + _HEAD : min(end, position + 0xFFFF)]
        position = end + 4


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 12
    for _ in range(_MOST_CHUNKS):
        head = data[position : position + _HEAD]
        if len(head) < _HEAD:
            return
        length = int.from_bytes(head[4:], "little")
        end = position + _HEAD + length
        yield head[:4], data[position + _HEAD : min(end, position + 0xFFFF)]
        position = end + length % 2


_CHUNKS: Final = {ImageFormat.PNG: _png_chunks, ImageFormat.WEBP: _webp_chunks}


def _of_exif(tiff: bytes) -> int:
    if tiff[:2] not in {b"MM", b"II"}:
        return UPRIGHT

    def number(start: int, length: int) -> int:
        return int.from_bytes(tiff[start : start + length], "big" if tiff[:1] == b"M" else "little")

    directory = number(4, 4)
    for place in range(min(number(directory, 2), _MOST_ENTRIES)):
        entry = directory + 2 + _ENTRY * place
        if number(entry, 2) == _TAG:
            found = number(entry + 8, 2)
            return found if found in _ORIENTATIONS else UPRIGHT
    return UPRIGHT
