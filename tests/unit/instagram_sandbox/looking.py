"""How tests make pictures and look at renditions: by Pillow, which is another decoder."""

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Final

import pillow_heif
from PIL import Image, ImageChops, ImageStat

from instagram_core.media.model import RenderedImage, Size
from instagram_core.testing.pictures import chunk

pillow_heif.register_heif_opener()

FORMATS: Final[Mapping[str, Mapping[str, object]]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "PNG": {},
    "WEBP": {"quality": 95},
    "HEIF": {"quality": 95},
}
"""Pillow's names, and how to lose little."""


def drawn(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Give a picture of which no two corners look alike."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (across, down, ImageChops.invert(across)))
    picture.paste((255, 255, 255), (width // 8, height // 8, width // 3, height // 3))
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Give the file that Pillow makes of a picture."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **{**FORMATS.get(kind, {}), **options})
    return buffer.getvalue()


def opened(rendered: RenderedImage, size: Size, encoding: str = "webp") -> Image.Image:
    """Give one rendition as Pillow reads it."""
    [found] = [one for one in rendered.renditions if (one.size, one.encoding) == (size, encoding)]
    picture = Image.open(io.BytesIO(found.data))
    assert (found.width, found.height) == picture.size
    assert encoding.upper() == picture.format
    picture.load()
    return picture


def difference(one: Image.Image, other: Image.Image) -> float:
    """Give how far two pictures are apart, 0 to 255: the mean of the worst channel.

    They are compared at a small size: how sharp a decoder draws is a matter of taste.
    """
    assert one.size == other.size
    small = (min(40, one.width), min(40, one.height))
    left, right = (
        picture.convert("RGB").resize(small, Image.Resampling.BOX) for picture in (one, other)
    )
    return max(ImageStat.Stat(ImageChops.difference(left, right)).mean)


def interlaced(width: int, height: int, colour: tuple[int, ...], depth: int = 8) -> bytes:
    """Give a PNG of one colour in the seven passes of Adam7, which Pillow does not write."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
    passes += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    packer = zlib.compressobj(1)
    pixel = b"".join(sample.to_bytes(depth // 8, "big") for sample in colour)
    packed = bytearray()
    for left, top, across, down in passes:
        columns, rows = -((left - width) // across), -((top - height) // down)
        if columns > 0:
            row = b"\0" + pixel * columns
            for _ in range(rows):
                packed += packer.compress(row)
    packed += packer.flush()
    kind = {3: 2, 4: 6}[len(colour)]
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 1)
    chunks = {b"IHDR": header, b"IDAT": bytes(packed), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks.items())


def display_p3() -> bytes:
    """Give an ICC profile of the colours of a telephone's screen, with a gamma of 2.2."""
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
        b"wtpt": (0.96420, 1.0, 0.82491),
    }
    tags = {name: b"XYZ " + bytes(4) + _fixed(*xyz) for name, xyz in primaries.items()}
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    text = b"Wide\0"
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(79)
    tags[b"cprt"] = b"text" + bytes(4) + b"none\0"
    table, data = b"", b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    body = struct.pack(">I", len(tags)) + table + data
    kind = (0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    head = struct.pack(">I4xI4s4s4s12x4s", 128 + len(body), *kind)
    return head + bytes(28) + _fixed(0.96420, 1.0, 0.82491) + bytes(48) + body


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)
