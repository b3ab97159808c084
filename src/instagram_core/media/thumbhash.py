"""The placeholder that is shown until a picture has come: some 25 bytes."""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from operator import mul

import attrs

LONGEST_SIDE = 100
"""Pixels; larger pictures add work and change nothing that can be seen."""


def thumbhash(width: int, height: int, rgba: bytes) -> str:
    """Give the ThumbHash of a picture, base64 with padding.

    `rgba` holds four bytes per pixel, row by row, not premultiplied; ValueError when it has another
    length or a side is longer than 100 pixels. The format is Evan Wallace's, described at
    https://evanw.github.io/thumbhash/: averages and a few low frequencies of a cosine transform
    of lightness, two colour axes and opacity.
    """
    if (
        min(width, height) < 1
        or max(width, height) > LONGEST_SIDE
        or len(rgba) != 4 * width * height
    ):
        raise ValueError("a ThumbHash takes RGBA of at most 100 by 100 pixels")
    lightness, yellow_blue, red_green, opacity = _planes(rgba)
    is_clear = min(opacity) < 1
    most = 5 if is_clear else 7
    across = max(1, _rounded(most * width / max(width, height)))
    down = max(1, _rounded(most * height / max(width, height)))
    cosines = _Cosines.of(width, height)
    light = cosines.waves(lightness, max(3, across), max(3, down))
    warm = cosines.waves(yellow_blue, 3, 3)
    red = cosines.waves(red_green, 3, 3)
    is_landscape = width > height
    head = (
        _rounded(63 * light.mean)
        | _rounded(31.5 + 31.5 * warm.mean) << 6
        | _rounded(31.5 + 31.5 * red.mean) << 12
        | _rounded(31 * light.scale) << 18
        | is_clear << 23
        | (down if is_landscape else across) << 24
        | _rounded(63 * warm.scale) << 27
        | _rounded(63 * red.scale) << 33
        | is_landscape << 39
    )
    parts = [head.to_bytes(5, "little")]
    nibbles = [*light.nibbles(), *warm.nibbles(), *red.nibbles()]
    if is_clear:
        clear = cosines.waves(opacity, 5, 5)
        parts.append(bytes([_rounded(15 * clear.mean) | _rounded(15 * clear.scale) << 4]))
        nibbles += clear.nibbles()
    parts.append(bytes(_pairs(nibbles)))
    return base64.b64encode(b"".join(parts)).decode()


@attrs.frozen
class _Waves:
    """One channel: its mean, and how strong each wave is relative to the strongest."""

    mean: float
    scale: float
    strengths: tuple[float, ...]

    def nibbles(self) -> Iterator[int]:
        for strength in self.strengths:
            yield _rounded(15 * (0.5 + 0.5 * strength / self.scale)) if self.scale else 0


@attrs.frozen
class _Cosines:
    """The cosine transform of pictures of one size."""

    across: tuple[tuple[float, ...], ...]
    down: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, width: int, height: int) -> "_Cosines":
        return cls(_cosine_rows(width), _cosine_rows(height))

    def waves(self, plane: Sequence[float], most_across: int, most_down: int) -> _Waves:
        width, height = len(self.across[0]), len(self.down[0])
        rows = [plane[start : start + width] for start in range(0, width * height, width)]
        # Across first, for every row at once: the two directions do not depend on each other.
        swept = [[_dot(row, cosines) for row in rows] for cosines in self.across[:most_across]]
        # Rounded, because a wave that is not there must not become one by the order of additions.
        mean, *strengths = [
            round(_dot(swept[x], self.down[y]) / (width * height), 9)
            for y in range(most_down)
            for x in range(most_across)
            if x * most_down < most_across * (most_down - y)
        ]
        return _Waves(mean, max(map(abs, strengths)), tuple(strengths))


def _planes(rgba: bytes) -> tuple[list[float], list[float], list[float], list[float]]:
    """Give lightness, yellow-blue, red-green and opacity; clear pixels take the mean colour."""
    opacity = [alpha / 255 for alpha in rgba[3::4]]
    total = sum(opacity)
    red, green, blue = (_over_mean(rgba[start::4], opacity, total) for start in range(3))
    lightness = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow_blue = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    red_green = [r - g for r, g in zip(red, green, strict=True)]
    return lightness, yellow_blue, red_green, opacity


def _over_mean(channel: bytes, opacity: Sequence[float], total: float) -> list[float]:
    seen = [value / 255 * alpha for value, alpha in zip(channel, opacity, strict=True)]
    mean = sum(seen) / total if total else 0.0
    return [value + mean * (1 - alpha) for value, alpha in zip(seen, opacity, strict=True)]


def _cosine_rows(length: int) -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(math.cos(math.pi / length * wave * (place + 0.5)) for place in range(length))
        for wave in range(7)
    )


def _dot(left: Iterable[float], right: Iterable[float]) -> float:
    product: float = sum(map(mul, left, right))
    return product


def _rounded(number: float) -> int:
    """Round halves up, as the format does; Python's own rounding goes to the even neighbour."""
    return math.floor(number + 0.5)


def _pairs(nibbles: Sequence[int]) -> Iterator[int]:
    padded = [*nibbles, 0]
    for start in range(0, len(nibbles), 2):
        yield padded[start] | padded[start + 1] << 4
