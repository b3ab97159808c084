"""The contract of rendering: every size, upright, of the right colours, and nothing besides."""

import asyncio
import itertools

import pytest

from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size
from instagram_core.media.ports import ImageProcessor
from instagram_core.media.samples import HEIGHT, QUARTERS, SAMPLES, WIDTH
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contracts.images.refusing import ImageRefusingContract
from instagram_core.testing.pictures import (
    chunk,
    gif,
    png,
    quarters,
    solid,
    turned,
    with_segment,
)
from instagram_core.testing.placeholders import Placeholder

_SHAPES = [(1, 1), (900, 1), (1, 900), (150, 150), (151, 150), (97, 641), (1081, 33)]

UPRIGHT = {
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (3, 2, 1, 0),
    4: (2, 3, 0, 1),
    5: (0, 2, 1, 3),
    6: (2, 0, 3, 1),
    7: (3, 1, 2, 0),
    8: (1, 3, 0, 2),
}
"""Exif orientation → which stored quarter one sees in each quarter, row by row."""

_NOTE = b"taken at home 52.5163 13.3777"
_TRACES = (
    _NOTE,
    b"Exif\0\0",
    b"EXIF",
    b"eXIf",
    b"ICC_PROFILE",
    b"ICCP",
    b"iCCP",
    b"tEXt",
    b"adobe",
)


class ImageProcessorContract(ImageRefusingContract):
    """What every `ImageProcessor` does with pictures that it reads."""

    async def test_a_probe_tells_format_and_size(self, processor: ImageProcessor) -> None:
        """Of the header alone."""
        expected = ImageInfo(format=ImageFormat.PNG, width=37, height=23)
        assert expected == await processor.probe(solid(37, 23, (1, 2, 3)))

    async def test_every_format_that_is_declared_is_read(self, processor: ImageProcessor) -> None:
        """Told, sized and shown right."""
        for image_format in filter(self.reads, ImageFormat):
            sample = SAMPLES[image_format]
            expected = ImageInfo(format=image_format, width=WIDTH, height=HEIGHT)
            assert expected == await processor.probe(sample)
            rendered = await processor.render(sample)
            assert (rendered.width, rendered.height) == (WIDTH, HEIGHT)
            assert (await self.seen(processor, sample)).quarters(QUARTERS) == (0, 1, 2, 3)

    async def test_every_size_is_made_once_in_every_encoding(
        self, processor: ImageProcessor
    ) -> None:
        """The longer side is the bound, or the original's where that is less; the ratio is kept."""
        for shape in _SHAPES:
            rendered = await processor.render(solid(*shape, (200, 100, 50)))
            assert shape == (rendered.width, rendered.height)
            assert _names(rendered) == sorted(itertools.product(Size, _encodings(rendered)))
            for rendition in rendered.renditions:
                _check_sides(rendition, *shape)

    async def test_renditions_are_what_they_say(self, processor: ImageProcessor) -> None:
        """Encoding and size are those of the bytes."""
        rendered = await processor.render(quarters(400, 300))
        readable = [one for one in rendered.renditions if self.reads(one.encoding)]
        assert readable, "it reads nothing that it writes"
        for one in readable:
            encoding = ImageFormat(one.encoding)
            expected = ImageInfo(format=encoding, width=one.width, height=one.height)
            assert expected == await processor.probe(one.data)

    async def test_renditions_show_the_picture(self, processor: ImageProcessor) -> None:
        """Each in every size, not cropped, not turned, in its colours."""
        await self._check_quarters(processor, quarters(400, 300), (0, 1, 2, 3))

    async def test_equal_bytes_give_equal_renditions(self, processor: ImageProcessor) -> None:
        """So a job that runs twice changes nothing."""
        data = quarters(200, 100)
        assert await processor.render(data) == await processor.render(data)

    @requires("jpeg")
    async def test_every_orientation_is_turned_upright(self, processor: ImageProcessor) -> None:
        """Once: sizes are those one sees, and mirrors are undone too."""
        for orientation, expected in UPRIGHT.items():
            data = turned(SAMPLES[ImageFormat.JPEG], orientation)
            shape = (WIDTH, HEIGHT) if orientation < 5 else (HEIGHT, WIDTH)
            info, rendered = await processor.probe(data), await processor.render(data)
            sizes = [(one.width, one.height) for one in (info, rendered)]
            assert [shape] * 2 == sizes, f"orientation {orientation}"
            for rendition in rendered.renditions:
                _check_sides(rendition, *shape)
            await self._check_quarters(processor, data, expected)

    @requires("gif")
    async def test_of_an_animation_the_first_frame_counts(self, processor: ImageProcessor) -> None:
        """Renditions stand still."""
        data = gif([1, 0, 2], 30, 20)
        assert await processor.probe(data) == ImageInfo(format=ImageFormat.GIF, width=30, height=20)
        assert (await self.seen(processor, data)).quarters(QUARTERS) == (1, 1, 1, 1)

    async def test_nothing_is_told_about_the_photographer(self, processor: ImageProcessor) -> None:
        """Notes, places and profiles do not reach a rendition."""
        notes = chunk(b"tEXt", b"Comment\0" + _NOTE) + chunk(b"eXIf", b"MM\0*" + _NOTE)
        rendered = await processor.render(png([[(9, 99, 199)] * 8] * 8, extra=notes))
        assert _traces(rendered) == set()

    @requires("jpeg")
    async def test_nothing_is_told_by_a_jpeg(self, processor: ImageProcessor) -> None:
        """Exif, XMP and comments."""
        data = turned(SAMPLES[ImageFormat.JPEG], 1, note=_NOTE)
        data = with_segment(data, 0xFE, _NOTE)
        data = with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>" + _NOTE)
        assert _traces(await processor.render(data)) == set()

    @pytest.mark.parametrize("colour", [(70,), (70, 255), (10, 120, 230), (10, 120, 230, 255)])
    async def test_all_kinds_of_colour_are_read(
        self, processor: ImageProcessor, colour: tuple[int, ...]
    ) -> None:
        """Grey and colours, with and without an alpha channel."""
        shown = await self.seen(processor, solid(20, 10, colour))
        expected = colour[:3] if len(colour) > 2 else colour[:1] * 3
        assert not shown.is_transparent
        assert expected == pytest.approx(shown.mean[:3], abs=9)

    async def test_transparency_is_kept_or_becomes_white(self, processor: ImageProcessor) -> None:
        """White where the encoding has none; what is hidden never shows."""
        row = [(220, 40, 40, 255)] * 16 + [(0, 0, 255, 0)] * 16
        rendered = await processor.render(png([row] * 16))
        assert _left_and_right(rendered) == ("red", "clear")
        for one in filter(lambda one: self.reads(one.encoding), rendered.renditions):
            expected = ("red", "white" if one.encoding == ImageFormat.JPEG else "clear")
            assert expected == _left_and_right(await processor.render(one.data)), one

    async def test_many_at_once_get_their_own(self, processor: ImageProcessor) -> None:
        """Nobody gets another's picture."""
        shapes = [(20 + number, 10) for number in range(8)]
        colours = [QUARTERS[number % 4] for number in range(8)]
        pictures = [solid(*shape, colour) for shape, colour in zip(shapes, colours, strict=True)]
        rendered = await asyncio.gather(*map(processor.render, pictures))
        probed = await asyncio.gather(*map(processor.probe, pictures))
        assert shapes == [(one.width, one.height) for one in rendered]
        assert shapes == [(one.width, one.height) for one in probed]

    async def _check_quarters(
        self, processor: ImageProcessor, data: bytes, expected: tuple[int, ...]
    ) -> None:
        assert expected == (await self.seen(processor, data)).quarters(QUARTERS)
        for one in (await processor.render(data)).renditions:
            if self.reads(one.encoding):
                shown = await self.seen(processor, one.data)
                assert expected == shown.quarters(QUARTERS), one


def _names(rendered: RenderedImage) -> list[tuple[Size, str]]:
    return sorted((one.size, one.encoding) for one in rendered.renditions)


def _encodings(rendered: RenderedImage) -> set[str]:
    return {one.encoding for one in rendered.renditions}


def _check_sides(rendition: Rendition, width: int, height: int) -> None:
    longest = min(max(width, height), rendition.size.longest_side)
    scale = longest / max(width, height)
    assert longest == max(rendition.width, rendition.height), rendition
    assert abs(rendition.width - max(1, width * scale)) < 1, rendition
    assert abs(rendition.height - max(1, height * scale)) < 1, rendition


def _traces(rendered: RenderedImage) -> set[bytes]:
    return {trace for one in rendered.renditions for trace in _TRACES if trace in one.data}


def _left_and_right(rendered: RenderedImage) -> tuple[str, ...]:
    shown = Placeholder.read(rendered.placeholder)
    return tuple(_name(*shown.at(x, 0.5)) for x in (0.2, 0.8))


def _name(red: float, green: float, blue: float, alpha: float) -> str:
    if alpha < 128:
        return "clear"
    if min(red, green, blue) > 190:
        return "white"
    return "red" if red > 2 * max(green, blue) else f"{red:.0f} {green:.0f} {blue:.0f}"
