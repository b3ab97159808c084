"""Orders that are kept while somebody reads on, and the places in them."""

from uuid import UUID

import attrs
import pytest

from instagram_core.feed.frozen import FrozenOrder, KeptOrders, Place
from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostId
from tests.unit.instagram_core.feed.hybrid import new_hybrid


def test_an_order_survives_as_bytes() -> None:
    """With and without a floor; what is no order is refused."""
    hybrid = new_hybrid()
    ids = hybrid.ports.ids
    identity = FrozenOrder.new_id(1_700_000_000_123, ids.new())
    posts = tuple(PostId(ids.new()) for _ in range(3))

    order = FrozenOrder(id=identity, posts=posts, floor=Position(5, ids.new()))
    last = attrs.evolve(order, floor=None)

    assert [order, last] == [FrozenOrder.from_bytes(bytes(each)) for each in (order, last)]
    assert FrozenOrder.time_of(identity) == 1_700_000_000_123
    for wrong in (b"", b"x" * 39, b"x" * 41):
        with pytest.raises(ValueError, match="no frozen order"):
            FrozenOrder.from_bytes(wrong)


def test_the_latest_orders_are_kept_and_found_by_their_ids() -> None:
    """One of an id, none too old, a few of them; what is broken is found to be."""
    ids = new_hybrid().ports.ids
    orders = [
        FrozenOrder(id=FrozenOrder.new_id(at, ids.new()), posts=(PostId(ids.new()),), floor=None)
        for at in (1000, 2000, 3000, 4000)
    ]
    again = attrs.evolve(orders[2], posts=())
    kept = KeptOrders()
    for order in (*orders, again):
        kept = kept.with_latest(order, since=2000, most=2)
    read = KeptOrders.from_bytes(bytes(kept))

    assert [again, orders[3]] == [read.find(each.id) for each in (again, orders[3])]
    assert [read.find(each.id) for each in orders[:2]] == [None, None]
    old = kept.with_latest(orders[0], since=3500, most=9)
    assert [old.find(each.id) for each in orders] == [orders[0], None, None, orders[3]]
    with pytest.raises(ValueError, match="no frozen order"):
        KeptOrders.from_bytes(b"\0\0\0\1x").find(UUID(bytes=b"x" + bytes(15)))


def test_places_descend_as_every_position_does() -> None:
    """From the first place to the last, and then to the order of time."""
    identity = FrozenOrder.new_id(1_700_000_000_123, new_hybrid().ports.ids.new())
    places = [Place(order=identity, offset=offset) for offset in (0, 1, 200)]
    positions = [place.position for place in places]

    assert positions == sorted(positions, reverse=True)
    assert places == [Place.of(Position.from_bytes(bytes(each))) for each in positions]
    assert positions[-1] > Position(2**63 - 1, identity)
    assert Place.of(Position(2**63 - 1, identity)) is None
