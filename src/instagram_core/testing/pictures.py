"""Pictures that contracts are tested with, written by the standard library alone."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from instagram_core.media.model import ImageFormat
from instagram_core.media.samples import QUARTERS, SAMPLES

Colour = tuple[int, ...]
"""Samples of one pixel: grey, grey and alpha, red green blue, or these and alpha."""

_PNG_COLOUR: Final = {1: 0, 2: 4, 3: 2, 4: 6}
_START_OF_FRAME: Final = b"\xff\xc0"

UNREADABLE: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "one byte": b"\xff",
    "text": b"just a sentence, longer than any magic number",
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>',
    "mvg": b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'label:@/etc/hosts'\n",
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + bytes(40),
    "bmp": b"BM" + bytes(60),
    "tiff": b"II*\x00\x08\x00\x00\x00" + bytes(40),
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(40),
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(40),
    "wave": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(28),
    "a cut magic number": b"\x89PNG\r\n",
    "a magic number elsewhere": b" " + SAMPLES[ImageFormat.PNG],
}
"""What is no picture, or of a format nobody reads."""


def png(rows: Sequence[Sequence[Colour]], *, extra: bytes = b"", claims: int = 0) -> bytes:
    """Give a PNG of 8 bits with these pixels; `claims` is another height for its header."""
    header = struct.pack(
        ">IIBBBBB", len(rows[0]), claims or len(rows), 8, _PNG_COLOUR[len(rows[0][0])], 0, 0, 0
    )
    raw = b"".join(b"\0" + b"".join(map(bytes, row)) for row in rows)
    return _png(header, zlib.compress(raw), extra)


def solid(width: int, height: int, colour: Colour) -> bytes:
    """Give a PNG of one colour."""
    return png([[colour] * width] * height)


def quarters(width: int, height: int, colours: Sequence[Colour] = QUARTERS) -> bytes:
    """Give a PNG whose quarters have four colours, row by row."""
    upper, lower = (
        [left] * (width // 2) + [right] * (width - width // 2)
        for left, right in (colours[:2], colours[2:])
    )
    return png([upper] * (height // 2) + [lower] * (height - height // 2))


def hollow(width: int, height: int) -> bytes:
    """Give a small PNG that claims this size and has hardly any data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _png(header, zlib.compress(bytes(1000)), b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """Give a PNG chunk with its right checksum."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """Give a JPEG with one more segment at its beginning."""
    segment = struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    return jpeg[:2] + segment + jpeg[2:]


def turned(jpeg: bytes, orientation: int, *, note: bytes = b"") -> bytes:
    """Give a JPEG that says by Exif how it is to be turned; `note` stands beside it."""
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(">HHII", 0x010E, 2, len(note) + 1, 38)
    tiff = b"MM\x00\x2a" + struct.pack(">IH", 8, 2) + entries + bytes(4) + note + b"\0"
    return with_segment(jpeg, 0xE1, b"Exif\0\0" + tiff)


def claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """Give a JPEG whose header claims another size."""
    at = jpeg.index(_START_OF_FRAME) + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def gif(frames: Sequence[int], width: int, height: int) -> bytes:
    """Give an animation of solid frames; each number is one of `QUARTERS`."""
    palette = b"".join(map(bytes, QUARTERS))
    screen = struct.pack("<HHBBB", width, height, 0x81, 0, 0)
    loop = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    pictures = (
        b"!\xf9\x04\x04\x0a\x00\x00\x00"
        + struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0)
        + _solid_lzw(index, width * height)
        for index in frames
    )
    return b"GIF89a" + screen + palette + loop + b"".join(pictures) + b";"


def _solid_lzw(index: int, pixels: int) -> bytes:
    # Two pixels, then the clear code again: codes stay three bits wide and nothing is packed.
    codes = [code for _ in range(0, pixels, 2) for code in (4, index, index)]
    codes = [*codes[: len(codes) - pixels % 2], 5]
    bits = sum(code << 3 * place for place, code in enumerate(codes))
    data = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
    blocks = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"\x02" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def _png(header: bytes, packed: bytes, extra: bytes) -> bytes:
    end = chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + end
