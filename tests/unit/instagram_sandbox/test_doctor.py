"""The doctor says what is decoded here, and what is wrong where something is not."""

import sys

import pytest

from instagram_core.media.model import ImageFormat
from instagram_sandbox import SandboxedImageProcessor
from instagram_sandbox.doctor import examine
from instagram_vips import VipsImageProcessor


async def test_all_formats_are_decoded_here(make: type[SandboxedImageProcessor]) -> None:
    """And the versions of the libraries are named."""
    report = await examine(make)
    [own] = set(report.versions) - {"pillow-heif"}

    assert report.faults == {}
    assert own in {"libvips", "ImageMagick"}
    assert report.versions[own].startswith(("8.", "6.", "7."))


async def test_a_machine_that_starts_no_sandbox_decodes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each format is named with the reason."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    report = await examine(VipsImageProcessor)

    assert set(report.faults) == set(ImageFormat)
    assert all(report.faults.values())
    assert report.versions == {}
