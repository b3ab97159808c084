"""Says what this machine can decode."""

from collections.abc import Mapping

import attrs

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.errors import MediaRefused
from instagram_core.media.model import ImageFormat
from instagram_core.media.samples import SAMPLES
from instagram_sandbox.processor import SandboxedImageProcessor


@attrs.frozen(kw_only=True)
class ImageReport:
    """What was found."""

    versions: Mapping[str, str]
    """Of the libraries, by name; empty when no sandbox starts."""
    faults: Mapping[ImageFormat, str]
    """What is wrong with the formats that do not decode; empty when all do."""


async def examine(kind: type[SandboxedImageProcessor]) -> ImageReport:
    """Decode one small picture of every format, each in a sandbox as it is used."""
    async with kind(children=1) as processor:
        faults = {
            image_format: fault
            for image_format, sample in SAMPLES.items()
            if (fault := await _fault(processor, sample))
        }
        try:
            versions = await processor.versions()
        except AdapterUnavailable:
            versions = {}
    return ImageReport(versions=versions, faults=faults)


async def _fault(processor: SandboxedImageProcessor, sample: bytes) -> str:
    try:
        await processor.render(sample)
    except (AdapterUnavailable, MediaRefused) as error:
        return str(error)
    return ""
