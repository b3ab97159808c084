"""Signed media addresses: stable for a while, dead in time, impossible to make."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instagram_core.kernel.signing import Signer
from instagram_core.media.addresses import MediaAddress, MediaAddresses
from instagram_core.media.model import Size
from instagram_core.testing.clocks import ManualClock
from tests.unit.instagram_core.world import taken_apart

STEM = "0123456789abcdef0123456789abcdef"
SIGNER = Signer(b"secret of the tests")
HALF_A_DAY = 12 * 3600
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

sizes = st.sampled_from(list(Size))
stems = st.text("0123456789abcdef", min_size=32, max_size=32)
moments = st.integers(0, 4_000_000_000_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that begins in the middle of nothing in particular."""
    return ManualClock()


@pytest.fixture
def addresses(clock: ManualClock) -> MediaAddresses:
    """Give addresses on that clock."""
    return MediaAddresses(signer=SIGNER, clock=clock)


@given(moments, sizes, stems, st.integers(0, 9))
def test_a_public_address_is_good_for_half_a_day_to_a_day(
    moment: datetime, size: Size, stem: str, generation: int
) -> None:
    """Long enough to be worth caching, never longer than two windows."""
    addresses = MediaAddresses(signer=SIGNER, clock=ManualClock(moment))
    address = taken_apart(addresses.give(stem, size, generation=generation, is_restricted=False))

    left = addresses.remaining(address, generation)

    assert (address.stem, address.size) == (stem, size)
    assert left is not None
    assert HALF_A_DAY < left <= 2 * HALF_A_DAY


@given(moments, sizes)
def test_a_restricted_address_is_good_for_300_seconds_at_most(moment: datetime, size: Size) -> None:
    """Who was removed from a private account's followers sees nothing after five minutes."""
    clock = ManualClock(moment)
    addresses = MediaAddresses(signer=SIGNER, clock=clock)
    address = taken_apart(addresses.give(STEM, size, generation=0, is_restricted=True))
    left = addresses.remaining(address, 0)

    assert left is not None
    assert 240 < left <= 300
    clock.set(datetime.fromtimestamp(address.expires, UTC) - timedelta(milliseconds=1))
    assert addresses.remaining(address, 0) == 1
    clock.advance(0.001)
    assert addresses.remaining(address, 0) is None


@given(moments, st.booleans(), st.floats(0, 2 * HALF_A_DAY))
def test_an_address_changes_with_the_window_only(
    moment: datetime,
    is_restricted: bool,  # noqa: FBT001 - Hypothesis passes by name
    later: float,
) -> None:
    """Within one window every page carries the same address, so that caches hit."""
    window = MediaAddresses.RESTRICTED_WINDOW if is_restricted else MediaAddresses.PUBLIC_WINDOW
    clock = ManualClock(moment)
    addresses = MediaAddresses(signer=SIGNER, clock=clock)

    before = addresses.give(STEM, Size.SMALL, generation=3, is_restricted=is_restricted)
    begun = clock.now().timestamp() // window
    clock.advance(later)
    after = addresses.give(STEM, Size.SMALL, generation=3, is_restricted=is_restricted)

    assert (before == after) == (begun == clock.now().timestamp() // window)


def test_what_is_remembered_is_bounded_and_changes_no_address(
    addresses: MediaAddresses, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing is saved for popular pictures; a million others take no memory."""
    monkeypatch.setattr(MediaAddresses, "REMEMBERED", 3)
    stems = [f"{number:032d}" for number in range(10)]

    given = []
    for stem in [*stems, *stems]:
        fresh = MediaAddresses(signer=SIGNER, clock=clock)
        given.append(addresses.give(stem, Size.SMALL, generation=0, is_restricted=False))
        assert given[-1] == fresh.give(stem, Size.SMALL, generation=0, is_restricted=False)
        assert len(addresses._given) <= 3

    assert len(set(given)) == 10
    assert addresses._given[stems[-1], Size.SMALL, taken_apart(given[-1]).expires, 0] == given[-1]


def test_all_processes_with_one_secret_give_the_same_address(clock: ManualClock) -> None:
    """A page from another process hits the same cached picture."""
    one, other = (MediaAddresses(signer=SIGNER, clock=clock) for _ in range(2))

    assert one.give(STEM, Size.LARGE, generation=1, is_restricted=False) == other.give(
        STEM, Size.LARGE, generation=1, is_restricted=False
    )


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_moved_generation_kills_what_was_given_out(given_at: int, now_at: int) -> None:
    """A privacy switch or a suspension ends public addresses at once, whatever their expiry."""
    addresses = MediaAddresses(signer=SIGNER, clock=ManualClock())
    address = taken_apart(
        addresses.give(STEM, Size.SMALL, generation=given_at, is_restricted=False)
    )

    assert (addresses.remaining(address, now_at) is not None) == (given_at == now_at)


@given(sizes, sizes, stems)
def test_a_signature_is_for_one_address(size: Size, other: Size, stem: str) -> None:
    """Not for another size, another file or another expiry."""
    addresses = MediaAddresses(signer=SIGNER, clock=ManualClock())
    good = taken_apart(addresses.give(STEM, size, generation=0, is_restricted=True))
    moved = [
        MediaAddress(stem=stem, size=size, expires=good.expires, signature=good.signature),
        MediaAddress(stem=STEM, size=other, expires=good.expires, signature=good.signature),
        MediaAddress(stem=STEM, size=size, expires=good.expires + 1, signature=good.signature),
        MediaAddress(stem=STEM, size=size, expires=good.expires - 1, signature=good.signature),
    ]

    for each in moved:
        assert (addresses.remaining(each, 0) is not None) == (each == good)


@given(st.binary(max_size=20))
def test_a_made_up_signature_is_good_for_nothing(signature: bytes) -> None:
    """Also an empty one, and one of any length."""
    addresses = MediaAddresses(signer=SIGNER, clock=ManualClock())
    expires = int(ManualClock().now().timestamp()) + 60
    made_up = MediaAddress(stem=STEM, size=Size.SMALL, expires=expires, signature=signature)

    assert addresses.remaining(made_up, 0) is None


def test_another_secret_makes_no_good_address(
    addresses: MediaAddresses, clock: ManualClock
) -> None:
    """Addresses of one installation are nothing to another."""
    others = MediaAddresses(signer=Signer(b"another secret than that"), clock=clock)
    address = taken_apart(others.give(STEM, Size.SMALL, generation=0, is_restricted=False))

    assert addresses.remaining(address, 0) is None


@given(st.integers(0, 21), st.sampled_from(LETTERS))
def test_a_changed_letter_is_no_signature(index: int, letter: str) -> None:
    """Not even one that spells the same bytes: one file has one address within a window."""
    addresses = MediaAddresses(signer=SIGNER, clock=ManualClock())
    url = addresses.give(STEM, Size.SMALL, generation=0, is_restricted=False)
    expires, _, text = urlsplit(url).query.removeprefix("e=").partition("&s=")
    assume(text[index] != letter)

    changed = text[:index] + letter + text[index + 1 :]
    parsed = MediaAddresses.parse(STEM, "small", expires, changed)

    assert parsed is None or addresses.remaining(parsed, 0) is None


@pytest.mark.parametrize("spelling", ["{}==", "{}=", "+{}", "{}A", " {}", "{}\n", "0{}", ""])
def test_a_signature_has_one_spelling(addresses: MediaAddresses, spelling: str) -> None:
    """Padding, plus for minus, white space, or something more."""
    url = addresses.give(STEM, Size.SMALL, generation=0, is_restricted=False)
    expires, _, text = urlsplit(url).query.removeprefix("e=").partition("&s=")

    assert MediaAddresses.parse(STEM, "small", expires, spelling.format(text)) is None


def test_plus_and_slash_are_not_taken_for_minus_and_underscore() -> None:
    """A signature in the other base64 alphabet is not ours."""
    seal = b"\xfb\xff" * 8
    good, other = base64.urlsafe_b64encode(seal), base64.b64encode(seal)

    assert MediaAddresses.parse(STEM, "small", "1", good.rstrip(b"=").decode()) is not None
    assert MediaAddresses.parse(STEM, "small", "1", other.rstrip(b"=").decode()) is None


@pytest.mark.parametrize(
    ("stem", "size", "expires", "signature"),
    [
        ("..", "small", "1", "A" * 22),
        ("0123456789abcde", "small", "1", "A" * 22),
        ("0123456789ABCDEF", "small", "1", "A" * 22),
        (STEM + "\n", "small", "1", "A" * 22),
        (STEM, "original", "1", "A" * 22),
        (STEM, "Small", "1", "A" * 22),
        (STEM, "", "1", "A" * 22),
        (STEM, "small", "", "A" * 22),
        (STEM, "small", "-1", "A" * 22),
        (STEM, "small", "1.0", "A" * 22),
        (STEM, "small", "01", "A" * 22),
        (STEM, "small", "1\n", "A" * 22),
        (STEM, "small", "\u0661", "A" * 22),
        (STEM, "small", "9" * 13, "A" * 22),
        (STEM, "small", "1", "A" * 21),
        (STEM, "small", "1", "\u00e9" * 22),
        (STEM, "small", "1", "\ud800" * 22),
    ],
)
def test_what_has_not_the_form_of_an_address_is_none(
    stem: str, size: str, expires: str, signature: str
) -> None:
    """No store is asked, no path is made, nothing is raised."""
    assert MediaAddresses.parse(stem, size, expires, signature) is None


@given(st.text(max_size=50), st.text(max_size=12), st.text(max_size=14), st.text(max_size=30))
def test_any_text_is_taken_apart_without_an_error(
    stem: str, size: str, expires: str, signature: str
) -> None:
    """Whatever arrives in an address."""
    assert MediaAddresses.parse(stem, size, expires, signature) is None
