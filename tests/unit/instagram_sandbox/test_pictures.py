"""Renditions are upright, sRGB and bare, whatever the picture came as."""

import io

import pytest
from PIL import Image, ImageCms

from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import Size
from tests.unit.instagram_sandbox.conftest import Studio
from tests.unit.instagram_sandbox.looking import (
    FORMATS,
    difference,
    display_p3,
    drawn,
    interlaced,
    opened,
    saved,
)

# How to store a picture so that the Exif orientation shows it upright again.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def oriented(orientation: int) -> bytes:
    """Give an Exif block."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of a certain make"
    return exif.tobytes()


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_all_orientations_show_the_same_picture(
    studio: Studio, kind: str, orientation: int
) -> None:
    """In every format that can say how it is to be turned."""
    upright, turn = drawn(), STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    data = saved(stored, kind, exif=oriented(orientation))
    rendered = studio.render(data)

    assert (rendered.width, rendered.height) == upright.size
    assert upright.size == (studio.probe(data).width, studio.probe(data).height)
    for size, bound in ((Size.LARGE, 320), (Size.THUMBNAIL, 150)):
        shown = opened(rendered, size)
        assert max(shown.size) == bound
        assert difference(upright.resize(shown.size, Image.Resampling.BOX), shown) < 6


@pytest.mark.parametrize("orientation", STORED)
def test_a_heic_is_turned_exactly_once(studio: Studio, orientation: int) -> None:
    """Its own rotation counts; the Exif block repeats it and is not applied again."""
    upright, turn = drawn(), STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    data = saved(stored, "HEIF", exif=oriented(orientation))
    shown = opened(studio.render(data), Size.LARGE)

    assert upright.size == shown.size
    assert difference(upright, shown) < 6


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(studio: Studio, mode: str) -> None:
    """Grey, palettes, one bit, sixteen bits."""
    picture = drawn()
    if mode == "I;16":
        sixteen = picture.convert("L").convert("I").point(lambda value: value * 257)
        data, expected = saved(sixteen.convert("I;16"), "PNG"), picture.convert("L")
    else:
        data, expected = saved(picture.convert(mode), "PNG"), picture.convert(mode)
    shown = opened(studio.render(data), Size.THUMBNAIL, "jpeg")
    smaller = expected.convert("RGB").resize(shown.size, Image.Resampling.BOX)

    assert shown.mode in {"RGB", "L"}
    assert difference(smaller, shown) < 6


def test_an_interlaced_png_is_read(studio: Studio) -> None:
    """Whole, although it comes in seven passes."""
    shown = opened(studio.render(interlaced(300, 200, (40, 80, 120))), Size.THUMBNAIL)

    assert difference(Image.new("RGB", shown.size, (40, 80, 120)), shown) < 4


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 5}])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_half_a_jpeg_is_refused_although_it_ends_well(
    studio: Studio, options: dict[str, object], share: float
) -> None:
    """An end mark glued behind a cut makes the structure whole, and the rest would be grey."""
    data = saved(drawn(), "JPEG", **options)
    start = data.index(b"\xff\xda")
    cut = data[: start + int(share * (len(data) - start))]
    with pytest.raises(MediaTruncatedError):
        studio.render(cut.removesuffix(b"\xff") + b"\xff\xd9")


def test_stray_bytes_in_a_jpeg_do_no_harm(studio: Studio) -> None:
    """Cameras write some between two segments; libjpeg warns of them and reads on."""
    data = saved(drawn(), "JPEG")
    table = data.index(b"\xff\xc4")
    stray = data[:table] + b"\x00\x00\x07" + data[table:]

    assert difference(drawn(), opened(studio.render(stray), Size.LARGE)) < 6


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 2}, {"quality": 20}])
def test_every_kind_of_jpeg_is_read(studio: Studio, options: dict[str, object]) -> None:
    """In one scan or many."""
    shown = opened(studio.render(saved(drawn(), "JPEG", **options)), Size.LARGE)

    assert difference(drawn(), shown) < 9


def test_grey_and_cmyk_jpegs_are_read(studio: Studio) -> None:
    """Both come out in colours of the screen."""
    for mode, allowed in (("L", 5), ("CMYK", 40)):
        picture = drawn(mode=mode)
        shown = opened(studio.render(saved(picture, "JPEG")), Size.LARGE, "jpeg")
        assert shown.mode in {"RGB", "L"}
        assert difference(picture.convert("RGB"), shown) < allowed, mode


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF"])
def test_of_an_animation_the_first_frame_is_shown(studio: Studio, kind: str) -> None:
    """APNG among them."""
    frames = [Image.new("RGB", (90, 60), colour) for colour in ("red", "lime", "blue")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    rendered = studio.render(data)

    assert (rendered.width, rendered.height) == (90, 60)
    for one in rendered.renditions:
        assert getattr(Image.open(io.BytesIO(one.data)), "n_frames", 1) == 1
    assert difference(frames[0], opened(rendered, Size.LARGE)) < 4


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_transparency_stays_in_webp_and_is_white_in_jpeg(studio: Studio, kind: str) -> None:
    """What is hidden does not shine through at the edges."""
    picture = Image.new("RGBA", (200, 100), (0, 0, 255, 0))
    picture.paste((200, 30, 30, 255), (0, 0, 100, 100))
    rendered = studio.render(saved(picture, kind))
    webp, jpeg = (opened(rendered, Size.THUMBNAIL, encoding) for encoding in ("webp", "jpeg"))
    expected = Image.new("RGB", (150, 75), "white")
    expected.paste((200, 30, 30), (0, 0, 75, 75))

    assert webp.mode == "RGBA"
    assert webp.getchannel("A").getpixel((140, 40)) == 0
    assert webp.getchannel("A").getpixel((10, 40)) == 255
    assert difference(expected, jpeg) < 4


@pytest.mark.parametrize("kind", FORMATS)
def test_a_wide_profile_becomes_srgb(studio: Studio, kind: str) -> None:
    """Shown as a colour-managed viewer shows it, and the profile is gone."""
    picture, wide = drawn(), display_p3()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(wide))
    expected = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"))
    shown = opened(studio.render(saved(picture, kind, icc_profile=wide)), Size.LARGE)

    assert expected is not None
    assert difference(expected, shown) < 6
    assert difference(picture, shown) > difference(expected, shown) + 3
    assert "icc_profile" not in shown.info


@pytest.mark.parametrize("kind", FORMATS)
def test_a_broken_profile_does_no_harm(studio: Studio, kind: str) -> None:
    """The picture is taken for sRGB."""
    data = saved(drawn(), kind, icc_profile=b"no profile at all" * 9)

    assert difference(drawn(), opened(studio.render(data), Size.LARGE)) < 6


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_but_pixels_is_passed_on(studio: Studio, kind: str) -> None:
    """Each encoder of each format."""
    data = saved(drawn(), kind, exif=oriented(1), xmp=b"<x:xmpmeta>secret</x:xmpmeta>")
    for one in studio.render(data).renditions:
        for trace in (b"Camera of", b"secret", b"Exif\0\0", b"EXIF", b"XMP "):
            assert trace not in one.data, (trace, one)


def test_the_same_bytes_give_the_same_files_in_another_sandbox(studio: Studio) -> None:
    """A redelivered job overwrites a file with itself."""
    other = Studio(studio.make)
    try:
        data = saved(drawn(), "JPEG")
        assert studio.render(data) == other.render(data)
    finally:
        other.close()


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000), (1080, 1080), (1081, 720)])
def test_unusual_shapes_are_kept(studio: Studio, size: tuple[int, int]) -> None:
    """Down to one pixel."""
    rendered = studio.render(saved(Image.new("RGB", size, (90, 150, 210)), "PNG"))
    sides = {one.size: (one.width, one.height) for one in rendered.renditions}

    assert sides[Size.LARGE] == (
        (min(size[0], 1080), max(1, round(size[1] * 1080 / max(size[0], 1080))))
        if size[0] >= size[1]
        else (max(1, round(size[0] * 1080 / max(size[1], 1080))), min(size[1], 1080))
    )
    assert (
        difference(
            Image.new("RGB", sides[Size.THUMBNAIL], (90, 150, 210)),
            opened(rendered, Size.THUMBNAIL),
        )
        < 4
    )
