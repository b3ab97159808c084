"""The ICC profiles that pictures are converted between, made of the numbers that define them."""

import struct
from typing import Final

_Chromaticity = tuple[float, float, float]
_WHITE: Final = (0.9642, 1.0, 0.8249)
"""D50, which profiles are relative to."""

# sRGB's curve as IEC 61966-2-1 gives it; Display P3 has the same.
_CURVE: Final = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _profile(red: _Chromaticity, green: _Chromaticity, blue: _Chromaticity) -> bytes:
    """Give a display profile, version 4, with these primaries as XYZ adapted to D50."""
    text = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2, 28) + b"\0-"
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": text,
        b"cprt": text,
        b"wtpt": _xyz(_WHITE),
        b"rXYZ": _xyz(red),
        b"gXYZ": _xyz(green),
        b"bXYZ": _xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    head = struct.pack(
        ">I4xI4s4s4s12s4s28x12s48x",
        start + len(data),
        0x04200000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0),
        b"acsp",
        _fixed(*_WHITE),
    )
    return head + table + data


def _xyz(colour: _Chromaticity) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*colour)


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


SRGB: Final = _profile(
    (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)
)
DISPLAY_P3: Final = _profile(
    (0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)
)
