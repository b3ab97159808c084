"""A file that is two things at once is read as what its first bytes say, or refused."""

import pytest

from instagram_core.media.errors import MediaRefused, UnsupportedMediaError
from instagram_core.media.model import ImageFormat
from instagram_core.media.samples import SAMPLES
from tests.unit.instagram_sandbox.conftest import Studio

SCRIPTS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "mvg": b"push graphic-context\nimage over 0,0 0,0 'text:/etc/passwd'\npop graphic-context\n",
    "msl": b'<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run showpage\n",
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "text": b"text:/etc/passwd",
    "label": b"label:@/etc/passwd",
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "zip": b"PK\x03\x04" + bytes(40) + b"secret.txt",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_is_called_a_photo_is_refused(studio: Studio, script: str) -> None:
    """No name is asked, so a wrong one changes nothing."""
    for method in (studio.probe, studio.render):
        with pytest.raises(UnsupportedMediaError):
            method(SCRIPTS[script])


@pytest.mark.parametrize("kind", ImageFormat)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_behind_magic_bytes_is_no_picture(
    studio: Studio, script: str, kind: ImageFormat
) -> None:
    """The format is told to the library, which then finds none of it."""
    with pytest.raises(MediaRefused):
        studio.render(SAMPLES[kind][:12] + SCRIPTS[script])


@pytest.mark.parametrize("kind", [ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP])
@pytest.mark.parametrize("script", SCRIPTS)
def test_what_follows_a_picture_is_not_passed_on(
    studio: Studio, script: str, kind: ImageFormat
) -> None:
    """The picture is read, and its renditions hold nothing of the tail."""
    rendered = studio.render(SAMPLES[kind] + SCRIPTS[script])

    assert [one for one in rendered.renditions if SCRIPTS[script][:20] in one.data] == []
