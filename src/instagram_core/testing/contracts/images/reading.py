"""What the contracts of pictures share: the formats as capabilities, and looking at renditions."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from instagram_core.kernel.errors import NotSupported
from instagram_core.media.errors import UnsupportedMediaError
from instagram_core.media.model import ImageFormat
from instagram_core.media.ports import ImageProcessor
from instagram_core.media.samples import SAMPLES
from instagram_core.testing.lifecycle import LifecycleContract
from instagram_core.testing.pictures import solid
from instagram_core.testing.placeholders import Placeholder

Refusal = Callable[["ImageReadingContract", ImageProcessor], Awaitable[object]]


def _refuses(image_format: ImageFormat) -> Refusal:
    async def ask(_: "ImageReadingContract", processor: ImageProcessor) -> None:
        try:
            await processor.probe(SAMPLES[image_format])
        except UnsupportedMediaError as error:
            raise NotSupported(image_format) from error

    return ask


class ImageReadingContract(LifecycleContract[ImageProcessor]):
    """Formats beyond PNG are capabilities, named as `ImageFormat` does; the others are refused."""

    optional: ClassVar[Mapping[str, Refusal]] = {
        image_format.value: _refuses(image_format)
        for image_format in ImageFormat
        if image_format is not ImageFormat.PNG
    }

    max_bytes: ClassVar[int] = 10 * 1024 * 1024
    """The limit that `open()` gives the processor."""

    max_pixels: ClassVar[int] = 50_000_000
    """The limit that `open()` gives the processor."""

    async def touch(self, subject: ImageProcessor) -> object:
        """Look at the header of a small picture."""
        return await subject.probe(solid(3, 2, (1, 2, 3)))

    def reads(self, encoding: str) -> bool:
        """Tell whether the processor reads what it writes, so that its renditions can be seen."""
        return encoding == ImageFormat.PNG or encoding in self.capabilities

    async def seen(self, processor: ImageProcessor, data: bytes) -> Placeholder:
        """Look at a picture by its placeholder."""
        return Placeholder.read((await processor.render(data)).placeholder)
