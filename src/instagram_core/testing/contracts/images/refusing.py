"""The contract of refusing: every fault of a file has its name, and nothing else suffers."""

import struct
from collections.abc import Awaitable, Callable

import pytest

from instagram_core.media.errors import (
    MediaRefused,
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo
from instagram_core.media.ports import ImageProcessor
from instagram_core.media.samples import SAMPLES
from instagram_core.testing.capabilities import requires
from instagram_core.testing.contracts.images.reading import ImageReadingContract
from instagram_core.testing.pictures import UNREADABLE, claiming, gif, hollow, png, quarters, solid


class ImageRefusingContract(ImageReadingContract):
    """What every `ImageProcessor` refuses, and how."""

    async def test_what_is_no_picture_is_unsupported(self, processor: ImageProcessor) -> None:
        """Judged by the bytes; documents, films and archives are no pictures."""
        answers = {
            kind: [await _answer(method, data) for method in (processor.probe, processor.render)]
            for kind, data in UNREADABLE.items()
        }
        assert dict.fromkeys(UNREADABLE, [UnsupportedMediaError] * 2) == answers
        await self.touch(processor)

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
    async def test_a_cut_file_is_truncated(self, processor: ImageProcessor, share: float) -> None:
        """Wherever behind its magic number it ends."""
        data = quarters(64, 48)
        cut = data[: max(12, int(len(data) * share))]
        await self._refused(processor, cut, MediaTruncatedError)

    @requires("jpeg")
    async def test_a_cut_jpeg_is_truncated(self, processor: ImageProcessor) -> None:
        """Also in the middle of its pixels."""
        data = SAMPLES[ImageFormat.JPEG]
        for length in (30, len(data) // 2, len(data) - 2):
            await self._refused(processor, data[:length], MediaTruncatedError)

    @requires("webp")
    async def test_a_cut_webp_is_truncated(self, processor: ImageProcessor) -> None:
        """It says how long it is."""
        data = SAMPLES[ImageFormat.WEBP]
        for length in (14, len(data) // 2, len(data) - 1):
            await self._refused(processor, data[:length], MediaTruncatedError)

    @requires("gif")
    async def test_a_cut_gif_is_truncated(self, processor: ImageProcessor) -> None:
        """Although some of its rows are there."""
        data = SAMPLES[ImageFormat.GIF]
        for length in (10, len(data) // 2, len(data) - 1):
            await self._refused(processor, data[:length], MediaTruncatedError)

    @requires("heic")
    async def test_a_cut_heic_is_truncated(self, processor: ImageProcessor) -> None:
        """Its last box reaches beyond the end."""
        data = SAMPLES[ImageFormat.HEIC]
        for length in (40, len(data) // 2, len(data) - 1):
            await self._refused(processor, data[:length], MediaTruncatedError)

    async def test_damaged_pixels_are_refused(self, processor: ImageProcessor) -> None:
        """A file that looks whole from outside is found out when it is rendered."""
        data = bytearray(quarters(64, 48))
        data[data.index(b"IDAT") + 20] ^= 0xFF
        with pytest.raises(MediaTruncatedError):
            await processor.render(bytes(data))

    async def test_missing_pixels_are_refused(self, processor: ImageProcessor) -> None:
        """Forty rows are promised and four come."""
        data = png([[(9, 9, 9)] * 40] * 4, claims=40)
        with pytest.raises(MediaTruncatedError):
            await processor.render(data)

    async def test_superfluous_pixels_do_no_harm(self, processor: ImageProcessor) -> None:
        """A small header before a lot of data is the small picture, or refused."""
        data = png([[(9, 9, 9)] * 40] * 2000, claims=4)
        try:
            rendered = await processor.render(data)
        except MediaRefused:
            return
        assert (rendered.width, rendered.height) == (40, 4)

    async def test_too_many_bytes_are_too_large(self, processor: ImageProcessor) -> None:
        """The limit itself is allowed."""
        picture = solid(4, 4, (1, 2, 3))
        padded = picture + bytes(self.max_bytes - len(picture))
        assert (await processor.probe(padded)).width == 4
        await self._refused(processor, padded + b"\0", MediaTooLargeError)

    async def test_too_many_pixels_are_named_so(self, processor: ImageProcessor) -> None:
        """The limit itself is allowed; one row more is told from the header alone."""
        width = 1000
        height = self.max_pixels // width
        expected = ImageInfo(format=ImageFormat.PNG, width=width, height=height)
        assert expected == await processor.probe(hollow(width, height))
        for bomb in (hollow(width, height + 1), hollow(20_000, 20_000), hollow(65_535, 65_535)):
            await self._refused(processor, bomb, TooManyPixelsError)

    @requires("jpeg")
    async def test_a_jpeg_bomb_has_too_many_pixels(self, processor: ImageProcessor) -> None:
        """Three hundred bytes that claim 65,000 by 65,000."""
        bomb = claiming(SAMPLES[ImageFormat.JPEG], 65_000, 65_000)
        await self._refused(processor, bomb, TooManyPixelsError)

    @requires("gif")
    async def test_a_gif_bomb_has_too_many_pixels(self, processor: ImageProcessor) -> None:
        """Its screen and its frame claim 65,535 by 65,535."""
        data = gif([0], 8, 8)
        bomb = data.replace(struct.pack("<HH", 8, 8), struct.pack("<HH", 65_535, 65_535))
        await self._refused(processor, bomb, TooManyPixelsError)

    async def _refused(
        self, processor: ImageProcessor, data: bytes, refusal: type[MediaRefused]
    ) -> None:
        """Expect one refusal of both methods, and the processor to go on."""
        for method in (processor.probe, processor.render):
            with pytest.raises(refusal):
                await method(data)
        await self.touch(processor)


async def _answer(method: Callable[[bytes], Awaitable[object]], data: bytes) -> object:
    try:
        return await method(data)
    except MediaRefused as refusal:
        return type(refusal)
