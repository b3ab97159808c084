"""Signatures bind the secret, the purpose and every part."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instagram_core.kernel.signing import Signer

SIGNER = Signer(b"a secret of sixteen bytes or more")
PARTS = st.lists(st.binary(max_size=6), max_size=4)
PURPOSES = st.text(st.characters(codec="utf-8"), max_size=8)


@given(purpose=PURPOSES, parts=PARTS)
def test_a_signature_is_short_and_verifies(purpose: str, parts: list[bytes]) -> None:
    """Signing again gives the same 16 bytes."""
    signature = SIGNER.sign(purpose, *parts)

    assert len(signature) == Signer.SIZE
    assert signature == SIGNER.sign(purpose, *parts)
    assert SIGNER.verify(signature, purpose, *parts)


@given(one=st.tuples(PURPOSES, PARTS), other=st.tuples(PURPOSES, PARTS))
def test_another_purpose_or_other_parts_are_refused(
    one: tuple[str, list[bytes]], other: tuple[str, list[bytes]]
) -> None:
    """Nothing signed for one thing is good for another."""
    assume(one != other)

    assert not SIGNER.verify(SIGNER.sign(one[0], *one[1]), other[0], *other[1])


@given(joined=st.binary(min_size=1, max_size=8), cut=st.integers(0, 8), other=st.integers(0, 8))
def test_boundaries_of_parts_count(joined: bytes, cut: int, other: int) -> None:
    """The same bytes, parted elsewhere, are another message."""
    assume(min(cut, len(joined)) != min(other, len(joined)))

    one, two = (SIGNER.sign("test", joined[:at], joined[at:]) for at in (cut, other))

    assert one != two


@given(parts=PARTS, bit=st.integers(0, 8 * Signer.SIZE - 1))
def test_one_bit_changed_is_refused(parts: list[bytes], bit: int) -> None:
    """Anywhere in the signature."""
    signature = int.from_bytes(SIGNER.sign("test", *parts)) ^ 1 << bit

    assert not SIGNER.verify(signature.to_bytes(Signer.SIZE), "test", *parts)


def test_another_secret_is_refused() -> None:
    """Only who knows the secret signs."""
    other = Signer(b"another secret of that very length")

    assert not SIGNER.verify(other.sign("test", b"part"), "test", b"part")


@pytest.mark.parametrize("length", [0, 15])
def test_a_short_secret_is_refused(length: int) -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Signer(bytes(length))


@given(one=st.binary(max_size=4), other=st.binary(max_size=4))
def test_same_compares_as_equality_does(one: bytes, other: bytes) -> None:
    """Also for different lengths."""
    assert Signer.same(one, other) == (one == other)
