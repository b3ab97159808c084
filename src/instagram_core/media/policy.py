"""What a file is, told by its bytes, and how large its renditions are. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from instagram_core.media.model import ImageFormat

SNIFFED_BYTES: Final = 512
"""How much of a file's beginning `sniff` may look at."""

_SEGMENT_HEAD: Final = 2
_BOX_HEAD: Final = 8
_STILL: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
_CONTAINERS: Final = frozenset({b"mif1", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"})


def sniff(head: bytes) -> ImageFormat | None:
    """Give the format a file has by its first bytes; None when it is none that is read.

    `head` holds the first `SNIFFED_BYTES`, or the whole file when it is shorter. Names and declared
    types play no part.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return ImageFormat.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ImageFormat.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return ImageFormat.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ImageFormat.WEBP
    return ImageFormat.HEIC if _is_heic(head) else None


def is_complete(image_format: ImageFormat, data: bytes) -> bool:
    """Tell whether the structure of the file reaches its end.

    False means that the file was cut off. True does not mean that every pixel is there: what lies
    inside is the decoder's to judge. Bytes behind the end are allowed, many cameras write some.
    """
    return _ENDS[image_format](data)


def fitted(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """Give the size of a rendition: aspect ratio kept, each side at least 1, never enlarged."""
    side = max(width, height)
    if side <= longest_side:
        return width, height
    return (
        max(1, (2 * width * longest_side + side) // (2 * side)),
        max(1, (2 * height * longest_side + side) // (2 * side)),
    )


def _is_heic(head: bytes) -> bool:
    """Read the `ftyp` box: a brand of HEVC stills, or a container that says it holds one."""
    if head[4:8] != b"ftyp":
        return False
    brands = head[16 : int.from_bytes(head[:4], "big")]
    compatible = {brands[start : start + 4] for start in range(0, len(brands), 4)}
    major = head[8:12]
    return major in _STILL or (major in _CONTAINERS and not _STILL.isdisjoint(compatible))


def _jpeg_ends(data: bytes) -> bool:
    # Behind the first start of scan the two bytes of the end mark cannot be picture data, while
    # before it they can: the Exif block holds a whole small JPEG. So the segments are passed over
    # by their lengths; where that fails, what follows is searched as it is.
    position = 2
    while data[position : position + 1] == b"\xff" and data[position + 1 : position + 2] != b"\xda":
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < _SEGMENT_HEAD:
            break
        position += 2 + length
    return data.find(b"\xff\xd9", position) >= 0


def _png_ends(data: bytes) -> bool:
    # The last chunk is always these bytes. Walking all chunks would let a file of a million tiny
    # ones cost seconds.
    return data.rfind(b"\x00\x00\x00\x00IEND\xaeB`\x82") >= 0


def _gif_ends(data: bytes) -> bool:
    return data.rstrip(b"\x00").endswith(b";")


def _webp_ends(data: bytes) -> bool:
    return len(data) >= 8 + int.from_bytes(data[4:8], "little")


def _heic_ends(data: bytes) -> bool:
    position, kinds = 0, set[bytes]()
    while position < len(data):
        if position + _BOX_HEAD > len(data):
            return False
        size = int.from_bytes(data[position : position + 4], "big")
        kinds.add(data[position + 4 : position + 8])
        if size == 0:  # to the end of the file
            break
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size < _BOX_HEAD or position + size > len(data):
            return False
        position += size
    return {b"ftyp", b"meta"} <= kinds


_ENDS: Final[Mapping[ImageFormat, Callable[[bytes], bool]]] = {
    ImageFormat.JPEG: _jpeg_ends,
    ImageFormat.PNG: _png_ends,
    ImageFormat.GIF: _gif_ends,
    ImageFormat.WEBP: _webp_ends,
    ImageFormat.HEIC: _heic_ends,
}
