"""Plain PNG by the standard library: 8 bits per sample, not interlaced. See RFC 2083."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import accumulate

import attrs

from instagram_core.media.errors import MediaTruncatedError, UnsupportedMediaError
from instagram_core.memory.raster import Raster

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = _SAMPLES
_LARGEST_SIDE = 2**31 - 1
_HEADER_CHUNK = 25
_DEPTH = 8
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)


@attrs.frozen(kw_only=True)
class PngHeader:
    """What the first chunk says."""

    width: int
    height: int
    colour: int

    @property
    def stride(self) -> int:
        """Give the bytes of one row."""
        return self.width * _SAMPLES[self.colour]


def read_header(data: bytes) -> PngHeader:
    """Give the header; UnsupportedMediaError for kinds of PNG this file does not speak."""
    chunk = data[len(_SIGNATURE) : len(_SIGNATURE) + _HEADER_CHUNK]
    if not data.startswith(_SIGNATURE) or len(chunk) < _HEADER_CHUNK or chunk[4:8] != b"IHDR":
        raise MediaTruncatedError("no PNG header")
    width, height, depth, colour, _, _, interlace = _HEADER.unpack(chunk[8:21])
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise MediaTruncatedError("a PNG without pixels")
    if depth != _DEPTH or colour not in _SAMPLES or interlace:
        raise UnsupportedMediaError("only PNG of 8 bits that is not interlaced")
    return PngHeader(width=width, height=height, colour=colour)


def decode(data: bytes) -> Raster:
    """Give the pixels; MediaTruncatedError when some are missing or a checksum is wrong."""
    header = read_header(data)
    chunks = list(_chunks(data))
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    wanted = header.height * (1 + header.stride)
    try:
        # Never more than the picture needs: what follows could be a bomb.
        raw = zlib.decompressobj().decompress(packed, wanted)
    except zlib.error as error:
        raise MediaTruncatedError("damaged pixels") from error
    if len(raw) < wanted:
        raise MediaTruncatedError("pixels are missing")
    samples = b"".join(_unfiltered(raw, header))
    return _raster(header, samples, dict(chunks))


def encode(raster: Raster) -> bytes:
    """Give a PNG with an alpha channel only where something shines through; no other chunks."""
    is_opaque = raster.is_opaque
    rows = (
        b"\0" + (_without_alpha(row) if is_opaque else row)
        for row in _rows(raster.rgba, 4 * raster.width)
    )
    colour = _RGB if is_opaque else _RGBA
    header = _HEADER.pack(raster.width, raster.height, _DEPTH, colour, 0, 0, 0)
    chunks = {b"IHDR": header, b"IDAT": zlib.compress(b"".join(rows)), b"IEND": b""}
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks.items())


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_SIGNATURE)
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        content = data[position + 8 : position + 8 + length]
        checksum = data[position + 8 + length : position + 12 + length]
        if zlib.crc32(kind + content).to_bytes(4, "big") != checksum:
            raise MediaTruncatedError("a damaged PNG chunk")
        yield kind, content
        position += 12 + length


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + checksum


def _unfiltered(raw: bytes, header: PngHeader) -> Iterator[bytes]:
    step = _SAMPLES[header.colour]
    above = bytes(header.stride)
    for row in _rows(raw, 1 + header.stride):
        above = _unfiltered_row(row[0], row[1:], above, step)
        yield above


def _unfiltered_row(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    if kind == _NONE:
        return row
    if kind == _UP:
        return bytes((value + up) & 255 for value, up in zip(row, above, strict=True))
    plain = bytearray(row)
    if kind == _SUB:
        for sample in range(step):
            plain[sample::step] = bytes(total & 255 for total in accumulate(row[sample::step]))
    elif kind in {_AVERAGE, _PAETH}:
        for place, (value, up) in enumerate(zip(row, above, strict=True)):
            left = plain[place - step] if place >= step else 0
            corner = above[place - step] if place >= step else 0
            guess = _paeth(left, up, corner) if kind == _PAETH else (left + up) // 2
            plain[place] = (value + guess) & 255
    else:
        raise MediaTruncatedError("an unknown PNG filter")
    return bytes(plain)


def _paeth(left: int, up: int, corner: int) -> int:
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _raster(header: PngHeader, samples: bytes, chunks: dict[bytes, bytes]) -> Raster:
    step = _SAMPLES[header.colour]
    planes = [samples[plane::step] for plane in range(step)]
    clear = chunks.get(b"tRNS", b"")
    opaque = b"\xff" * (header.width * header.height)
    if header.colour == _PALETTE:
        palette = chunks.get(b"PLTE", b"").ljust(768, b"\0")
        tables = [palette[colour:768:3] for colour in range(3)] + [clear.ljust(256, b"\xff")]
        planes = [planes[0].translate(table) for table in tables]
    elif header.colour == _GREY:
        planes = [planes[0]] * 3 + [_keyed(zip(planes[0], strict=True), clear) or opaque]
    elif header.colour == _GREY_ALPHA:
        planes = [planes[0]] * 3 + [planes[1]]
    elif header.colour == _RGB:
        planes = [*planes, _keyed(zip(*planes, strict=True), clear) or opaque]
    rgba = bytearray(4 * header.width * header.height)
    for place, plane in enumerate(planes):
        rgba[place::4] = plane
    return Raster(width=header.width, height=header.height, rgba=bytes(rgba))


def _keyed(pixels: Iterable[tuple[int, ...]], clear: bytes) -> bytes:
    """Give the alpha of a picture in which one colour means transparent; empty when none does."""
    key = tuple(clear[1::2])
    return bytes(0 if pixel == key else 255 for pixel in pixels) if key else b""


def _without_alpha(row: bytes) -> bytes:
    bare = bytearray(row)
    del bare[3::4]
    return bytes(bare)


def _rows(data: bytes, stride: int) -> Iterator[bytes]:
    for start in range(0, len(data), stride):
        yield data[start : start + stride]
