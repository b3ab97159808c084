"""Pages of lists: what a request asks for, and what leads to the next."""

from typing import ClassVar, TypeVar
from uuid import UUID

import attrs

from instagram_app.http.errors import FieldError, FieldsError
from instagram_app.http.query import Query
from instagram_core.kernel.paging import CursorCodec, Page, Position

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class PageRequest:
    """One page of one list of one viewer."""

    DEFAULT: ClassVar[int] = 20
    MOST: ClassVar[int] = 50

    scope: str
    after: Position | None
    limit: int


class Pages:
    """Reads and writes cursors; each belongs to one list, its parameters and its viewer."""

    def __init__(self, cursors: CursorCodec) -> None:
        """Sign with `cursors`."""
        self._cursors = cursors

    def read(self, query: Query, list_name: str, viewer: UUID | None) -> PageRequest:
        """Give the page a request asks for.

        A limit over 50 means 50; below 1, or no number, is a FieldsError. A cursor of another list
        or viewer, or a changed one, is an InvalidCursorError.
        """
        scope = f"{list_name}|{viewer or ''}"
        cursor = query.one("cursor")
        after = None if cursor is None else self._cursors.decode(cursor, scope)
        return PageRequest(scope=scope, after=after, limit=limit_of(query))

    def next_cursor(self, asked: PageRequest, page: Page[T]) -> str | None:
        """Give what leads to the page behind this one; None when there is none."""
        return None if page.next is None else self._cursors.encode(page.next, asked.scope)


def limit_of(query: Query) -> int:
    """Give how many items a request asks for; FieldsError below 1, or for no number."""
    text = query.one("limit")
    if text is None:
        return PageRequest.DEFAULT
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise FieldsError(FieldError("limit", "must be a whole number of at least 1"))
    digits = text.lstrip("0")
    return PageRequest.MOST if len(digits) > 2 else min(int(digits), PageRequest.MOST)  # noqa: PLR2004 - no need to read a hundred
