"""Pages in one order, newest first, and the signed cursors that lead from one to the next."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, Self, TypeVar
from uuid import UUID

import attrs

from instagram_core.kernel.errors import InvalidCursorError
from instagram_core.kernel.signing import Signer

T = TypeVar("T")


@attrs.frozen(order=True)
class Position:
    """A place in a list that is ordered newest first: Unix milliseconds, then the id as tie-break.

    Comparison is the natural one, so *newest first* is descending order.
    """

    SIZE: ClassVar[int] = 24

    at: int
    id: UUID

    def __bytes__(self) -> bytes:
        """Give 24 big-endian bytes that sort as the position does (from 1970 on)."""
        return self.at.to_bytes(8) + self.id.bytes

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Give back the position that `bytes()` made; ValueError when the length is wrong."""
        if len(data) != cls.SIZE:
            msg = f"a position has {cls.SIZE} bytes, not {len(data)}"
            raise ValueError(msg)
        return cls(at=int.from_bytes(data[:8]), id=UUID(bytes=data[8:]))


@attrs.frozen
class Page(Generic[T]):
    """Some items of a list, and where the next page starts.

    `next` is the position of the last row that was *scanned*, shown or not, and exclusive: the
    next page holds what is older. It is None when nothing is left.
    """

    items: tuple[T, ...]
    next: Position | None = None


async def filled(
    read: Callable[[Position | None, int], Awaitable[Page[T]]],
    after: Position | None,
    limit: int,
    *,
    reads: int = 8,
) -> Page[T]:
    """Give a page put together of pages that may be short, because something of them was hidden.

    Full while there is more, unless so many reads were not enough; `next` is that of the last one.
    """
    items: list[T] = []
    while True:
        page = await read(after, limit - len(items))
        items += page.items
        after, reads = page.next, reads - 1
        if after is None or len(items) >= limit or reads == 0:
            return Page(tuple(items), after)


class CursorCodec:
    """Turns positions into opaque strings that belong to one list of one viewer, and back."""

    def __init__(self, signer: Signer) -> None:
        """Sign with keys of `signer`."""
        self._signer = signer

    def encode(self, position: Position, scope: str) -> str:
        """Give a URL-safe cursor that `decode` accepts for the same scope only."""
        body = bytes(position)
        return base64.urlsafe_b64encode(body + self._seal(body, scope)).rstrip(b"=").decode()

    def decode(self, cursor: str, scope: str) -> Position:
        """Give the position back; InvalidCursorError when it was changed or is of another scope."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidCursorError from error
        body, seal = raw[: Position.SIZE], raw[Position.SIZE :]
        if not hmac.compare_digest(seal, self._seal(body, scope)):
            raise InvalidCursorError
        if self.encode(Position.from_bytes(body), scope) != cursor:
            raise InvalidCursorError  # a second spelling of the same bytes
        return Position.from_bytes(body)

    def _seal(self, body: bytes, scope: str) -> bytes:
        return self._signer.sign("cursor", scope.encode(), body)
