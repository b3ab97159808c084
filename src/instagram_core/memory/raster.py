"""Pixels in memory, and how they become fewer."""

from collections.abc import Iterator, Sequence

import attrs


@attrs.frozen(kw_only=True)
class Raster:
    """Pixels of four bytes, red, green, blue and alpha, row by row."""

    width: int
    height: int
    rgba: bytes = attrs.field(repr=False)

    @property
    def is_opaque(self) -> bool:
        """Tell whether nothing shines through."""
        return min(self.rgba[3::4]) == 255  # noqa: PLR2004 - the largest byte

    def shrunk(self, width: int, height: int) -> "Raster":
        """Give the picture in this smaller size; each pixel is the mean of those it covers.

        Colours weigh by their alpha, so that what cannot be seen does not shine through.
        """
        if (width, height) == (self.width, self.height):
            return self
        alpha = self.rgba[3::4]
        covered = list(_sums(alpha, self.width, self.height, width, height))
        rgba = bytearray(4 * width * height)
        rgba[3::4] = bytes((2 * total + count) // (2 * count) for total, count in covered)
        for place in range(3):
            weighed = [c * a for c, a in zip(self.rgba[place::4], alpha, strict=True)]
            colours = _sums(weighed, self.width, self.height, width, height)
            rgba[place::4] = bytes(
                (2 * colour + total) // (2 * total) if total else 0
                for (colour, _), (total, _) in zip(colours, covered, strict=True)
            )
        return Raster(width=width, height=height, rgba=bytes(rgba))


def _sums(
    plane: Sequence[int], width: int, height: int, to_width: int, to_height: int
) -> Iterator[tuple[int, int]]:
    """Give for each pixel of the smaller picture the sum and the number of what it covers."""
    rows = [plane[start : start + width] for start in range(0, width * height, width)]
    columns = list(_spans(width, to_width))
    for top, bottom in _spans(height, to_height):
        band = [sum(column) for column in zip(*rows[top:bottom], strict=True)]
        for left, right in columns:
            yield sum(band[left:right]), (right - left) * (bottom - top)


def _spans(length: int, parts: int) -> Iterator[tuple[int, int]]:
    for part in range(parts):
        yield part * length // parts, -(-(part + 1) * length // parts)
