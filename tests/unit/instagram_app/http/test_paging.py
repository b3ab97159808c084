"""Pages and cursors."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.http.errors import FieldsError
from instagram_app.http.paging import Pages
from instagram_app.http.query import Query
from instagram_core.kernel.errors import InvalidCursorError
from instagram_core.kernel.paging import CursorCodec, Page, Position
from instagram_core.kernel.signing import Signer

PAGES = Pages(CursorCodec(Signer(b"a secret of sixteen bytes")))
ADA, BEN = UUID(int=1), UUID(int=2)
positions = st.builds(Position, at=st.integers(0, 2**63 - 1), id=st.uuids())


def cursor_of(position: Position, name: str = "likers", viewer: UUID | None = ADA) -> str:
    """Give the cursor behind a page."""
    asked = PAGES.read(Query(""), name, viewer)
    cursor = PAGES.next_cursor(asked, Page((), position))
    assert cursor is not None
    return cursor


@given(positions)
def test_a_cursor_leads_to_its_position(position: Position) -> None:
    """What was given out comes back."""
    query = Query(f"cursor={cursor_of(position)}")

    assert position == PAGES.read(query, "likers", ADA).after


@given(positions)
def test_a_cursor_of_another_list_or_viewer_is_refused(position: Position) -> None:
    """A cursor belongs to one list of one viewer."""
    query = Query(f"cursor={cursor_of(position)}")

    for name, viewer in (("feed", ADA), ("likers", BEN), ("likers", None), ("likers|x", ADA)):
        with pytest.raises(InvalidCursorError):
            PAGES.read(query, name, viewer)


@given(positions, st.data())
def test_a_changed_cursor_is_refused(position: Position, data: st.DataObject) -> None:
    """No other text is the same cursor."""
    good = cursor_of(position)
    at = data.draw(st.integers(0, len(good)))
    other = good[:at] + data.draw(st.text("abcXYZ019-_=+/ %é", max_size=3)) + good[at + 1 :]

    if other != good:
        with pytest.raises(InvalidCursorError):
            PAGES.read(_query(other), "likers", ADA)


@given(st.text() | st.binary(max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_any_other_text_is_no_cursor(text: str) -> None:
    """Nothing that was not given out is taken."""
    with pytest.raises(InvalidCursorError):
        PAGES.read(_query(text), "likers", ADA)


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("", 20),
        ("limit=1", 1),
        ("limit=50", 50),
        ("limit=51", 50),
        ("limit=007", 7),
        ("limit=" + "9" * 5000, 50),
        ("limit=3&unknown=1", 3),
    ],
)
def test_a_limit_is_at_most_fifty(query: str, limit: int) -> None:
    """Over 50 means 50; without one it is 20."""
    assert limit == PAGES.read(Query(query), "likers", None).limit


@pytest.mark.parametrize(
    "text", ["0", "00", "-1", "+1", "1.0", "1e1", "", "ten", "%201", "٣", "1_0", "NaN", "3&limit=3"]
)
def test_what_is_no_number_from_one_is_refused(text: str) -> None:
    """A limit is a whole number."""
    with pytest.raises(FieldsError):
        PAGES.read(Query(f"limit={text}"), "likers", None)


def test_the_last_page_has_no_cursor() -> None:
    """Where nothing is left, nothing leads on."""
    assert PAGES.next_cursor(PAGES.read(Query(""), "likers", ADA), Page(())) is None


def test_a_query_of_countless_parameters_is_refused() -> None:
    """A query is bounded."""
    with pytest.raises(FieldsError):
        Query("&".join("a=1" for _ in range(101)))


def _query(cursor: str) -> Query:
    query = Query("")
    query._pairs = (("cursor", cursor),)
    return query
