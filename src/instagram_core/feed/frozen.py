"""The order of one visit, kept while its pages are read, and the places in it that cursors name."""

from itertools import islice
from typing import ClassVar, Final, Self
from uuid import UUID

import attrs

from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostId

_HIGHEST: Final = 2**64 - 1
"""The first place of an order, as the time of a position: above all times, and places descend."""
_TIMES: Final = 2**63
"""Real times are below."""
_RANDOM_BITS: Final = 80
_LENGTH: Final = 4


@attrs.frozen(kw_only=True)
class Place:
    """Where in a frozen order a page begins."""

    order: UUID
    offset: int

    @property
    def position(self) -> Position:
        """Give it as a position, which is what cursors are made of."""
        return Position(_HIGHEST - self.offset, self.order)

    @classmethod
    def of(cls, position: Position) -> Self | None:
        """Give the place that a position names; None for one in the order of time."""
        if position.at < _TIMES:
            return None
        return cls(order=position.id, offset=_HIGHEST - position.at)


@attrs.frozen(kw_only=True)
class FrozenOrder:
    """The ranked posts of one visit, and where the order of time goes on below them."""

    ID_SIZE: ClassVar[int] = 16

    id: UUID
    """Holds the time when it was made, so that it can be made again as of then."""
    posts: tuple[PostId, ...]
    floor: Position | None
    """Everything at or above it was ranked; None: that was everything."""

    @staticmethod
    def new_id(at: int, source: UUID) -> UUID:
        """Give the id of an order that is made at `at` (Unix ms), unique as `source` is."""
        random = source.int & ((1 << _RANDOM_BITS) - 1)
        return UUID(int=(at << _RANDOM_BITS) | random)

    @staticmethod
    def time_of(identity: UUID) -> int:
        """Give when the order of an id was made, in Unix milliseconds."""
        return identity.int >> _RANDOM_BITS

    def after(self, offset: int) -> Position | None:
        """Give where the page begins that follows the first `offset` posts; None for no page."""
        if offset < len(self.posts):
            return Place(order=self.id, offset=offset).position
        return self.floor

    def __bytes__(self) -> bytes:
        """Give it as bytes: id, floor (or zeros), posts."""
        floor = bytes(Position.SIZE) if self.floor is None else bytes(self.floor)
        return b"".join([self.id.bytes, floor, *(post.bytes for post in self.posts)])

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Give back the order that `bytes()` made; ValueError for what cannot be one."""
        head = cls.ID_SIZE + Position.SIZE
        if len(data) < head or (len(data) - head) % cls.ID_SIZE:
            raise ValueError(f"{len(data)} bytes are no frozen order")
        floor = data[cls.ID_SIZE : head]
        ids = range(head, len(data), cls.ID_SIZE)
        return cls(
            id=UUID(bytes=data[: cls.ID_SIZE]),
            floor=Position.from_bytes(floor) if any(floor) else None,
            posts=tuple(PostId(UUID(bytes=data[at : at + cls.ID_SIZE])) for at in ids),
        )


@attrs.frozen
class KeptOrders:
    """The orders of a reader's last visits, the latest first; as bytes until they are asked for."""

    orders: tuple[bytes, ...] = ()

    def find(self, identity: UUID) -> FrozenOrder | None:
        """Give the order of an id; None when it is not kept. ValueError for what is no order."""
        for each in self.orders:
            if _id_of(each) == identity:
                return FrozenOrder.from_bytes(each)
        return None

    def with_latest(self, order: FrozenOrder, *, since: int, most: int) -> "KeptOrders":
        """Give these with another in front: `most` of them, and none made before `since`."""
        others = (
            each
            for each in self.orders
            if _id_of(each) != order.id and FrozenOrder.time_of(_id_of(each)) >= since
        )
        return KeptOrders((bytes(order), *islice(others, most - 1)))

    def __bytes__(self) -> bytes:
        """Give all as bytes, each behind its length."""
        return b"".join([len(each).to_bytes(_LENGTH) + each for each in self.orders])

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Give back the orders that `bytes()` made; those of anything else are found broken."""
        orders: list[bytes] = []
        while data:
            end = _LENGTH + int.from_bytes(data[:_LENGTH])
            orders.append(data[_LENGTH:end])
            data = data[end:]
        return cls(tuple(orders))


def _id_of(order: bytes) -> UUID:
    return UUID(bytes=order[: FrozenOrder.ID_SIZE].ljust(FrozenOrder.ID_SIZE, b"\0"))
