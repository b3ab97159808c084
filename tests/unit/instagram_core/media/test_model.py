"""Keys: made by the system, safe as paths everywhere."""

import pytest

from instagram_core.media.model import ENCODINGS, Size, is_media_stem, keys_of_stem, media_key

STEM = "0123456789abcdef"


def test_all_files_of_a_stem_have_keys_of_their_own() -> None:
    """The original and every size in every encoding."""
    keys = keys_of_stem(STEM)

    assert len(set(keys)) == len(keys) == 1 + len(Size) * len(ENCODINGS)
    assert all(key.startswith(f"{STEM}/") for key in keys)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("", "original"),
        ("..", "original"),
        (STEM, ".."),
        (STEM, ".hidden"),
        (STEM, ""),
        (STEM, "a/b"),
        (STEM, "a\\b"),
        (STEM, "A"),
        (STEM, "a\0"),
        (STEM, "a\n"),
        (f"../{STEM}", "original"),
        (STEM.upper(), "original"),
        (STEM[:-1], "original"),
        ("a" * 41, "original"),
        (STEM, "a" * 42),
    ],
)
def test_a_key_of_another_form_cannot_be_made(stem: str, name: str) -> None:
    """Nothing that means more than a name to any store."""
    with pytest.raises(ValueError, match="media key"):
        media_key(stem, name)


@pytest.mark.parametrize("stem", [STEM, "a" * 40])
def test_a_stem_has_16_to_40_small_letters_and_digits(stem: str) -> None:
    """And what has one more or less, or other letters, is none."""
    assert is_media_stem(stem)
    for other in (stem[:15], stem * 3, stem[:-1] + "A", stem[:-1] + "-", stem + "\n"):
        assert not is_media_stem(other)


def test_the_sizes_bound_the_longer_side() -> None:
    """The numbers of the design."""
    assert {size.value: size.longest_side for size in Size} == {
        "thumbnail": 150,
        "small": 320,
        "medium": 640,
        "large": 1080,
    }
