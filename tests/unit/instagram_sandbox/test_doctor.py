"""The doctor says what is decoded here, and what is wrong where something is not."""

import sys

import pytest

from instagram_core.media.model import ImageFormat
from instagram_sandbox.doctor import examine
from instagram_vips import VipsImageProcessor


async def test_all_formats_are_decoded_here() -> None:
    """And the versions of the libraries are named."""
    report = await examine(VipsImageProcessor)

    assert report.faults == {}
    assert set(report.versions) == {"libvips", "pillow-heif"}
    assert report.versions["libvips"].startswith("8.")


async def test_a_machine_that_starts_no_sandbox_decodes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each format is named with the reason."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    report = await examine(VipsImageProcessor)

    assert set(report.faults) == set(ImageFormat)
    assert all(report.faults.values())
    assert report.versions == {}
