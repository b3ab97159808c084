"""Every picture of the folder of real photos goes through, or is refused as it should be."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from instagram_core.media.errors import MediaTruncatedError, UnsupportedMediaError
from instagram_core.media.model import ImageFormat, ImageInfo, Size
from tests.unit.instagram_sandbox.conftest import Studio
from tests.unit.instagram_sandbox.looking import difference, opened

EXPECTED = {
    "animated.gif": (ImageFormat.GIF, 159, 203),
    "iphone.heic": (ImageFormat.HEIC, 4032, 3024),
    "orientation-1.jpg": (ImageFormat.JPEG, 308, 410),
    "orientation-3.jpg": (ImageFormat.JPEG, 308, 410),
    "orientation-6.jpg": (ImageFormat.JPEG, 231, 308),
    "orientation-8.jpg": (ImageFormat.JPEG, 231, 308),
    "photo-12mp.jpg": (ImageFormat.JPEG, 4032, 3024),
    "photo.webp": (ImageFormat.WEBP, 550, 368),
    "rgba.png": (ImageFormat.PNG, 128, 128),
    "sample.jpg": (ImageFormat.JPEG, 290, 442),
}


def test_no_file_of_the_folder_is_forgotten(photos: Path) -> None:
    """What is added there is tested here."""
    files = {path.name for path in photos.iterdir()}

    assert files == {*EXPECTED, "truncated.jpg", "README.md"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_photo_is_told_and_rendered(studio: Studio, photos: Path, name: str) -> None:
    """Its thumbnail looks as another decoder shows it."""
    data = (photos / name).read_bytes()
    image_format, width, height = EXPECTED[name]
    rendered = studio.render(data)
    seen = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGBA")
    expected = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)

    assert studio.probe(data) == ImageInfo(format=image_format, width=width, height=height)
    assert (rendered.width, rendered.height) == (width, height)
    thumbnail = opened(rendered, Size.THUMBNAIL, "jpeg")
    assert difference(expected.resize(thumbnail.size, Image.Resampling.LANCZOS), thumbnail) < 6


def test_the_orientations_of_a_scene_look_alike(studio: Studio, photos: Path) -> None:
    """However the camera was held."""
    scenes = [
        opened(studio.render((photos / f"orientation-{n}.jpg").read_bytes()), Size.THUMBNAIL)
        for n in (1, 3, 6, 8)
    ]

    assert [difference(scenes[0], scene) < 6 for scene in scenes] == [True] * 4


def test_the_truncated_photo_is_refused(studio: Studio, photos: Path) -> None:
    """From its header on."""
    data = (photos / "truncated.jpg").read_bytes()
    for method in (studio.probe, studio.render):
        with pytest.raises(MediaTruncatedError):
            method(data)


def test_the_text_beside_the_photos_is_refused(studio: Studio, photos: Path) -> None:
    """It is no picture."""
    with pytest.raises(UnsupportedMediaError):
        studio.probe((photos / "README.md").read_bytes())


@pytest.mark.parametrize("name", ["photo-12mp.jpg", "iphone.heic", "orientation-6.jpg"])
def test_no_trace_of_the_camera_is_left(studio: Studio, photos: Path, name: str) -> None:
    """Neither Exif nor GPS, no profile, no XMP, no comment."""
    for one in studio.render((photos / name).read_bytes()).renditions:
        picture = Image.open(io.BytesIO(one.data))
        left = {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(picture.info)
        assert left == set(), one
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["photo-12mp.jpg", "iphone.heic", "photo.webp", "rgba.png"])
def test_a_cut_photo_is_refused(studio: Studio, photos: Path, name: str, share: float) -> None:
    """Wherever the upload ended."""
    data = (photos / name).read_bytes()
    with pytest.raises(MediaTruncatedError):
        studio.probe(data[: max(64, int(len(data) * share))])
