"""Wrong readers of pictures."""

import asyncio
import base64
import struct
from itertools import count
from typing import Any

import attrs

from instagram_core.media.errors import (
    MediaRefused,
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageInfo, RenderedImage, Rendition, Size
from instagram_core.media.samples import HEIGHT, QUARTERS, WIDTH
from instagram_core.media.thumbhash import thumbhash
from instagram_core.memory import png
from instagram_core.memory.images import InMemoryImageProcessor
from instagram_core.memory.raster import Raster
from instagram_core.testing.contracts.images import ImageProcessorContract
from instagram_core.testing.contracts.images.processor import UPRIGHT
from instagram_core.testing.contracts.images.refusing import ImageRefusingContract
from instagram_core.testing.pictures import quarters
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

processors = Mutants(ImageProcessorContract, right=lambda _: InMemoryImageProcessor())
refusers = Mutants(ImageRefusingContract, right=lambda _: InMemoryImageProcessor())


class Redrawing(Around):
    """Changes the pixels of every rendition, and of the placeholder."""

    def redrawn(self, raster: Raster) -> Raster:
        raise NotImplementedError

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        tiny = self.redrawn(png.decode(rendered.renditions[-1].data).shrunk(16, 8))
        return attrs.evolve(
            rendered,
            placeholder=thumbhash(tiny.width, tiny.height, tiny.rgba),
            renditions=tuple(map(self._redrawn, rendered.renditions)),
        )

    def _redrawn(self, rendition: Rendition) -> Rendition:
        return attrs.evolve(rendition, data=png.encode(self.redrawn(png.decode(rendition.data))))


class Choosing(Around):
    """Changes the list of renditions."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        raise NotImplementedError

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        return attrs.evolve(rendered, renditions=tuple(self.chosen(list(rendered.renditions))))


@processors.caught_by("test_every_size_is_made_once_in_every_encoding")
class ProcessorEnlarges(Choosing):
    """Blows small pictures up to the bound."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return [attrs.evolve(one, width=one.size.longest_side) for one in renditions]


@processors.caught_by("test_every_size_is_made_once_in_every_encoding")
class ProcessorMakesSquares(Choosing):
    """Crops, so that a grid looks tidy."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return [
            attrs.evolve(one, width=side, height=side)
            for one in renditions
            for side in [min(one.width, one.height)]
        ]


@processors.caught_by("test_every_size_is_made_once_in_every_encoding")
class ProcessorSkipsEqualSizes(Choosing):
    """Leaves out a size that looks like the next smaller one."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return list({one.width: one for one in renditions}.values())


@processors.caught_by("test_every_size_is_made_once_in_every_encoding")
class ProcessorMakesASizeTwice(Choosing):
    """Gives the thumbnail again at the end."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return renditions + [one for one in renditions if one.size is Size.THUMBNAIL]


@processors.caught_by("test_every_size_is_made_once_in_every_encoding")
class ProcessorLosesThinPictures(Choosing):
    """Rounds the shorter side to nothing."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return [attrs.evolve(one, height=one.height // 2) for one in renditions]


@processors.caught_by("test_renditions_are_what_they_say")
class ProcessorServesTheOriginal(Around):
    """Gives the uploaded bytes for the largest size."""

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        first, *others = rendered.renditions
        given = attrs.evolve(first, width=first.width + 1, data=data)
        return attrs.evolve(rendered, renditions=(given, *others))


@processors.caught_by("test_nothing_is_told_about_the_photographer")
class ProcessorKeepsNotes(Around):
    """Copies what stood between header and pixels."""

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        notes = data[33 : data.index(b"IDAT") - 4]
        kept = [
            attrs.evolve(one, data=one.data[:33] + notes + one.data[33:])
            for one in rendered.renditions
        ]
        return attrs.evolve(rendered, renditions=tuple(kept))


@processors.caught_by("test_renditions_show_the_picture")
class ProcessorMirrors(Redrawing):
    """Shows every picture as its photographer saw it in a mirror."""

    def redrawn(self, raster: Raster) -> Raster:
        stride = 4 * raster.width
        rows = [raster.rgba[at : at + stride] for at in range(0, len(raster.rgba), stride)]
        turned = (row[at : at + 4] for row in rows for at in range(stride - 4, -1, -4))
        return attrs.evolve(raster, rgba=b"".join(turned))


@processors.caught_by("test_renditions_show_the_picture")
class ProcessorSwapsRedAndBlue(Redrawing):
    """Takes BGR for RGB."""

    def redrawn(self, raster: Raster) -> Raster:
        rgba = bytearray(raster.rgba)
        rgba[0::4], rgba[2::4] = raster.rgba[2::4], raster.rgba[0::4]
        return attrs.evolve(raster, rgba=bytes(rgba))


@processors.caught_by("test_renditions_show_the_picture")
class ProcessorSpoilsOneSize(Choosing):
    """Gives the small size without its colours; the placeholder is right."""

    def chosen(self, renditions: list[Rendition]) -> list[Rendition]:
        return [
            attrs.evolve(one, data=png.encode(_grey(png.decode(one.data))))
            if one.size is Size.SMALL
            else one
            for one in renditions
        ]


@processors.caught_by("test_transparency_is_kept_or_becomes_white")
class ProcessorShowsWhatIsHidden(Redrawing):
    """Drops the alpha channel and shows the colours below."""

    def redrawn(self, raster: Raster) -> Raster:
        rgba = bytearray(raster.rgba)
        rgba[3::4] = b"\xff" * (raster.width * raster.height)
        return attrs.evolve(raster, rgba=bytes(rgba))


@processors.caught_by("test_equal_bytes_give_equal_renditions")
class ProcessorIsNeverTheSame(Around):
    """Writes the number of the call into its renditions."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.calls = count()

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        first, *others = rendered.renditions
        marked = attrs.evolve(first, data=first.data + bytes([next(self.calls)]))
        return attrs.evolve(rendered, renditions=(marked, *others))


@processors.caught_by("test_many_at_once_get_their_own")
class ProcessorMixesUpCallers(Around):
    """Keeps the picture under way in one place."""

    data = b""

    async def render(self, data: bytes) -> RenderedImage:
        self.data = data
        await asyncio.sleep(0)
        rendered: RenderedImage = await self.right.render(self.data)
        return rendered


@refusers.caught_by("test_what_is_no_picture_is_unsupported")
class ProcessorReadsDrawings(Around):
    """Renders SVG, scripts and all."""

    async def probe(self, data: bytes) -> ImageInfo:
        return await self.right.probe(quarters(9, 9) if data.startswith(b"<svg") else data)  # type: ignore[no-any-return]


@refusers.caught_by("test_what_is_no_picture_is_unsupported")
class ProcessorCallsEverythingTruncated(Around):
    """Knows one refusal."""

    async def probe(self, data: bytes) -> ImageInfo:
        try:
            return await self.right.probe(data)  # type: ignore[no-any-return]
        except UnsupportedMediaError as error:
            raise MediaTruncatedError from error


@refusers.caught_by("test_missing_pixels_are_refused")
class ProcessorFillsWhatIsMissing(Around):
    """Paints the rest of a cut picture grey."""

    async def render(self, data: bytes) -> RenderedImage:
        try:
            return await self.right.render(data)  # type: ignore[no-any-return]
        except MediaTruncatedError:
            return await self.right.render(quarters(40, 40))  # type: ignore[no-any-return]


@refusers.caught_by("test_damaged_pixels_are_refused")
class ProcessorOverlooksDamage(ProcessorFillsWhatIsMissing):
    """Takes what the decoder could make of it."""


@refusers.caught_by("test_too_many_pixels_are_named_so")
class ProcessorTrustsSmallFiles(Around):
    """Lets a picture through because its file is small."""

    async def probe(self, data: bytes) -> ImageInfo:
        try:
            return await self.right.probe(data)  # type: ignore[no-any-return]
        except TooManyPixelsError:
            header = png.read_header(data)
            raise MediaRefused(f"{header.width} is a lot") from None


@refusers.caught_by("test_too_many_pixels_are_named_so")
class ProcessorStopsBeforeTheLimit(Around):
    """Refuses the limit itself."""

    async def probe(self, data: bytes) -> ImageInfo:
        info: ImageInfo = await self.right.probe(data)
        if info.width * info.height >= 50_000_000:
            raise TooManyPixelsError
        return info


@refusers.caught_by("test_too_many_bytes_are_too_large")
class ProcessorCountsNoBytes(Around):
    """Has no limit of bytes."""

    async def probe(self, data: bytes) -> ImageInfo:
        return await self.right.probe(data[: 9 * 1024 * 1024])  # type: ignore[no-any-return]


@refusers.caught_by("test_too_many_bytes_are_too_large")
class ProcessorBreaksAfterARefusal(Around):
    """Refuses everything once it has refused something."""

    is_broken = False

    async def probe(self, data: bytes) -> ImageInfo:
        if self.is_broken:
            raise MediaTooLargeError
        try:
            return await self.right.probe(data)  # type: ignore[no-any-return]
        except MediaRefused:
            self.is_broken = True
            raise


class ReadsTheSampleJpeg(Around):
    """Knows one JPEG by heart, in whatever orientation it comes."""

    def quarters_of(self, orientation: int) -> tuple[int, ...]:
        return UPRIGHT[orientation]

    def is_sideways(self, orientation: int) -> bool:
        return orientation >= 5

    async def probe(self, data: bytes) -> ImageInfo:
        return await self.right.probe(self._upright(data))  # type: ignore[no-any-return]

    async def render(self, data: bytes) -> RenderedImage:
        return await self.right.render(self._upright(data))  # type: ignore[no-any-return]

    def _upright(self, data: bytes) -> bytes:
        if not data.startswith(b"\xff\xd8"):
            return data
        (orientation,) = struct.unpack(">H", data[30:32])
        sides = (HEIGHT, WIDTH) if self.is_sideways(orientation) else (WIDTH, HEIGHT)
        return quarters(*sides, [QUARTERS[number] for number in self.quarters_of(orientation)])


@processors.caught_by("test_every_orientation_is_turned_upright")
class ProcessorIgnoresOrientation(ReadsTheSampleJpeg):
    """Shows pictures as they are stored."""

    def quarters_of(self, orientation: int) -> tuple[int, ...]:
        return UPRIGHT[1]


@processors.caught_by("test_every_orientation_is_turned_upright")
class ProcessorForgetsMirrors(ReadsTheSampleJpeg):
    """Turns, and leaves the four mirrored orientations mirrored."""

    def quarters_of(self, orientation: int) -> tuple[int, ...]:
        return UPRIGHT[{2: 1, 4: 3, 5: 6, 7: 8}.get(orientation, orientation)]


@processors.caught_by("test_every_orientation_is_turned_upright")
class ProcessorTurnsTwice(ReadsTheSampleJpeg):
    """Applies what its decoder has applied already."""

    def quarters_of(self, orientation: int) -> tuple[int, ...]:
        return tuple(UPRIGHT[orientation][number] for number in UPRIGHT[orientation])


@processors.caught_by("test_every_orientation_is_turned_upright")
class ProcessorTellsStoredSides(ReadsTheSampleJpeg):
    """Gives width and height as they are before turning."""

    def is_sideways(self, orientation: int) -> bool:
        return False


@processors.caught_by("test_every_format_that_is_declared_is_read")
class ProcessorHasNoPlaceholder(Around):
    """Gives the same grey for every picture."""

    async def render(self, data: bytes) -> RenderedImage:
        rendered: RenderedImage = await self.right.render(data)
        grey = base64.b64encode(bytes([0x20, 0x08, 0x02, 0x07, 0x00] + [0x88] * 20)).decode()
        return attrs.evolve(rendered, placeholder=grey)


def _grey(raster: Raster) -> Raster:
    rgba = bytearray(raster.rgba)
    rgba[0::4] = rgba[2::4] = raster.rgba[1::4]
    return attrs.evolve(raster, rgba=bytes(rgba))
