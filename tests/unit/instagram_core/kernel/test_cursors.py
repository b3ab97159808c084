"""A cursor is good for one list of one viewer, in one spelling, and nothing else is."""

import base64
import string
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instagram_core.kernel.errors import InvalidCursorError
from instagram_core.kernel.paging import CursorCodec, Position
from instagram_core.kernel.signing import Signer

CODEC = CursorCodec(Signer(b"a secret of sixteen bytes or more"))
OTHER_CODEC = CursorCodec(Signer(b"another secret of that very length"))
URL_SAFE = string.ascii_letters + string.digits + "-_"

POSITIONS = st.builds(Position, at=st.integers(0, (1 << 63) - 1), id=st.uuids())
SCOPES = st.text(st.characters(codec="utf-8"), max_size=20)


@given(position=POSITIONS, scope=SCOPES)
def test_a_cursor_leads_back_to_its_position(position: Position, scope: str) -> None:
    """And needs no escaping in a URL."""
    cursor = CODEC.encode(position, scope)

    assert set(cursor) <= set(URL_SAFE)
    assert CODEC.decode(cursor, scope) == position


@given(position=POSITIONS, scope=SCOPES, other=SCOPES)
def test_a_cursor_of_another_scope_is_refused(position: Position, scope: str, other: str) -> None:
    """A list does not take what another list, or another viewer, was given."""
    assume(scope != other)

    with pytest.raises(InvalidCursorError):
        CODEC.decode(CODEC.encode(position, scope), other)


@given(position=POSITIONS, scope=SCOPES)
def test_a_cursor_of_another_secret_is_refused(position: Position, scope: str) -> None:
    """Nobody makes cursors but who knows the secret."""
    with pytest.raises(InvalidCursorError):
        CODEC.decode(OTHER_CODEC.encode(position, scope), scope)


@given(forged=st.one_of(st.text(max_size=70), st.text(URL_SAFE, max_size=70)))
def test_any_other_text_is_refused(forged: str) -> None:
    """Whatever it is made of: letters, padding, NUL, lone surrogates."""
    with pytest.raises(InvalidCursorError):
        CODEC.decode(forged, "feed")


@given(raw=st.binary(max_size=64))
def test_well_formed_forgeries_are_refused(raw: bytes) -> None:
    """Bytes of any length in the right spelling, without the seal."""
    forged = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    with pytest.raises(InvalidCursorError):
        CODEC.decode(forged, "feed")


@given(position=POSITIONS, bit=st.integers(0, 8 * (Position.SIZE + Signer.SIZE) - 1))
def test_one_bit_changed_is_refused(position: Position, bit: int) -> None:
    """In the position or in the seal."""
    cursor = CODEC.encode(position, "feed")
    raw = int.from_bytes(base64.urlsafe_b64decode(cursor + "==")) ^ 1 << bit
    changed = raw.to_bytes(Position.SIZE + Signer.SIZE)

    with pytest.raises(InvalidCursorError):
        CODEC.decode(base64.urlsafe_b64encode(changed).rstrip(b"=").decode(), "feed")


@given(position=POSITIONS, place=st.integers(0, 54), character=st.characters())
def test_one_character_more_or_other_is_refused(
    position: Position, place: int, character: str
) -> None:
    """Also one that a lenient decoder would skip or take for another."""
    cursor = CODEC.encode(position, "feed")
    inserted = cursor[:place] + character + cursor[place:]
    replaced = cursor[:place] + character + cursor[place + 1 :]

    for changed in {inserted, replaced} - {cursor}:
        with pytest.raises(InvalidCursorError):
            CODEC.decode(changed, "feed")


def test_a_second_spelling_is_refused() -> None:
    """The same bytes, with unused bits set, other letters or padding, are another text."""
    cursors = [CODEC.encode(Position(at, UUID(int=at)), "feed") for at in range(40)]
    bytes_of = {cursor: base64.urlsafe_b64decode(cursor + "==") for cursor in cursors}
    spellings = {
        spelling: cursor
        for cursor in cursors
        for spelling in (
            *(cursor[:-1] + letter for letter in URL_SAFE),
            cursor.replace("-", "+").replace("_", "/"),
            cursor + "=",
            cursor + "==",
        )
        if spelling != cursor
    }
    same = [
        spelling
        for spelling, cursor in spellings.items()
        if base64.urlsafe_b64decode(spelling.rstrip("=") + "==") == bytes_of[cursor]
    ]

    assert len(same) > len(cursors), "there are second spellings to refuse"
    for spelling in same:
        with pytest.raises(InvalidCursorError):
            CODEC.decode(spelling, "feed")


@pytest.mark.parametrize("length", range(Position.SIZE + Signer.SIZE))
def test_a_cut_cursor_is_refused(length: int) -> None:
    """However much of it is left."""
    raw = base64.urlsafe_b64decode(CODEC.encode(Position(7, UUID(int=7)), "feed") + "==")
    cut = base64.urlsafe_b64encode(raw[:length]).rstrip(b"=").decode()

    with pytest.raises(InvalidCursorError):
        CODEC.decode(cut, "feed")
