"""What a placeholder shows: so a contract can look at pictures without decoding any."""

import base64
import math
from collections.abc import Iterator, Sequence

import attrs


@attrs.frozen(kw_only=True)
class _Channel:
    """One channel as a sum of waves."""

    mean: float
    waves: tuple[tuple[int, int, float], ...] = ()

    def at(self, x: float, y: float) -> float:
        return self.mean + sum(
            2 * strength * math.cos(math.pi * x * across) * math.cos(math.pi * y * down)
            for across, down, strength in self.waves
        )


@attrs.frozen
class Placeholder:
    """A ThumbHash, read by its description (https://evanw.github.io/thumbhash/)."""

    _channels: tuple[_Channel, ...]
    is_landscape: bool
    is_transparent: bool

    @classmethod
    def read(cls, text: str) -> "Placeholder":
        """Read base64 with padding; ValueError when it is no ThumbHash."""
        data = base64.b64decode(text, validate=True)
        if len(data) < 5:
            raise ValueError("a ThumbHash has at least five bytes")
        head = int.from_bytes(data[:5], "little")
        is_clear, is_landscape = bool(head >> 23 & 1), bool(head >> 39 & 1)
        short, long = max(3, head >> 24 & 7), 5 if is_clear else 7
        sides = (long, short) if is_landscape else (short, long)
        waves = data[6 if is_clear else 5 :]
        nibbles = iter([nibble for byte in waves for nibble in (byte & 15, byte >> 4)])
        channels = [
            _channel(nibbles, (head & 63) / 63, (head >> 18 & 31) / 31, *sides),
            _channel(nibbles, (head >> 6 & 63) / 31.5 - 1, (head >> 27 & 63) / 63, 3, 3),
            _channel(nibbles, (head >> 12 & 63) / 31.5 - 1, (head >> 33 & 63) / 63, 3, 3),
        ]
        if is_clear:
            channels.append(_channel(nibbles, (data[5] & 15) / 15, (data[5] >> 4) / 15, 5, 5))
        else:
            channels.append(_Channel(mean=1))
        return cls(tuple(channels), is_landscape, is_clear)

    @property
    def mean(self) -> tuple[float, float, float, float]:
        """Give the mean colour, red, green, blue and alpha, 0 to 255."""
        return _rgba(*(channel.mean for channel in self._channels))

    def at(self, x: float, y: float) -> tuple[float, float, float, float]:
        """Give the colour at a point; both from 0 to 1, from the upper left."""
        return _rgba(*(channel.at(x, y) for channel in self._channels))

    def quarters(self, colours: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Give for each quarter, row by row, which of the colours it comes nearest to."""
        points = [self.at(x, y)[:3] for y in (0.25, 0.75) for x in (0.25, 0.75)]
        return tuple(
            min(range(len(colours)), key=lambda number: math.dist(point, colours[number][:3]))
            for point in points
        )


def _channel(nibbles: Iterator[int], mean: float, scale: float, across: int, down: int) -> _Channel:
    waves = [
        (x, y, (next(nibbles) / 7.5 - 1) * scale)
        for y in range(down)
        for x in range(across)
        if (x or y) and x * down < across * (down - y)
    ]
    return _Channel(mean=mean, waves=tuple(waves))


def _rgba(
    lightness: float, yellow_blue: float, red_green: float, alpha: float
) -> tuple[float, float, float, float]:
    blue = lightness - 2 / 3 * yellow_blue
    red = (3 * lightness - blue + red_green) / 2
    green = red - red_green
    return 255 * red, 255 * green, 255 * blue, 255 * alpha
