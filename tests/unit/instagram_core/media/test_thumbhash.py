"""Placeholders are those of the published algorithm."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.media.thumbhash import thumbhash
from instagram_core.testing.placeholders import Placeholder


def noise(width: int, height: int, *, is_clear: bool) -> bytes:
    """Give pixels without any pattern, the same each time."""
    state, samples = 7, bytearray()
    for place in range(width * height * 4):
        state = (state * 1103515245 + 12345) % 2**31
        samples.append(255 if place % 4 == 3 and not is_clear else state >> 16 & 255)
    return bytes(samples)


@pytest.mark.parametrize(
    ("width", "height", "is_clear", "expected"),
    [
        (32, 24, False, "4AcCDYJ1eaePe0eWSWlmisArTmf8"),
        (24, 32, False, "4AcCDQK4aI+IenVoi3mKlApqvGn4"),
        (17, 17, True, "IQiCDQIHwwZ6i2Zok2pv9JmlBVqCk2pbdw=="),
        (3, 40, False, "IRgGCQKAhUq5IzGWuFHA9LU="),
    ],
)
def test_a_placeholder_is_the_published_one(
    width: int,
    height: int,
    is_clear: bool,  # noqa: FBT001 - a parameter of pytest
    expected: str,
) -> None:
    """These were computed in JavaScript, by the algorithm as it is published."""
    assert expected == thumbhash(width, height, noise(width, height, is_clear=is_clear))


@given(colour=st.tuples(*[st.integers(0, 255)] * 3), sides=st.tuples(*[st.integers(1, 20)] * 2))
def test_one_colour_comes_back(colour: tuple[int, ...], sides: tuple[int, int]) -> None:
    """Within what six bits can tell."""
    shown = Placeholder.read(thumbhash(*sides, bytes([*colour, 255]) * (sides[0] * sides[1])))

    assert colour == pytest.approx(shown.mean[:3], abs=10)
    assert shown.mean[3] == 255
    assert shown.is_landscape == (sides[0] > sides[1])


def test_what_cannot_be_seen_does_not_colour() -> None:
    """The mean is that of what shows."""
    pixels = bytes([250, 10, 10, 255, 0, 0, 255, 0]) * 50
    mean = Placeholder.read(thumbhash(10, 10, pixels)).mean

    assert mean == pytest.approx((250, 10, 10, 127), abs=10)


def test_nothing_to_be_seen_is_a_placeholder_too() -> None:
    """A wholly transparent picture has one."""
    assert Placeholder.read(thumbhash(8, 8, bytes(256))).mean[3] == 0


@pytest.mark.parametrize(("width", "height"), [(0, 5), (101, 5), (5, 101)])
def test_pictures_of_other_sizes_are_refused(width: int, height: int) -> None:
    """A hundred pixels are more than enough."""
    with pytest.raises(ValueError, match="100"):
        thumbhash(width, height, bytes(4 * width * height))


def test_pixels_must_be_all_there() -> None:
    """Four bytes each."""
    with pytest.raises(ValueError, match="RGBA"):
        thumbhash(2, 2, bytes(15))


def test_it_is_short_text() -> None:
    """For a row of a database and a line of JSON."""
    text = thumbhash(32, 32, noise(32, 32, is_clear=True))

    assert len(base64.b64decode(text, validate=True)) <= 25
