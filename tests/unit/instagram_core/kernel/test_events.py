"""Events survive as JSON."""

import inspect
import json
from types import ModuleType
from typing import ClassVar, NewType
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts import events as accounts
from instagram_core.graph import events as graph
from instagram_core.kernel.events import Event
from instagram_core.likes import events as likes
from instagram_core.media import events as media
from instagram_core.posts import events as posts

MODULES: list[ModuleType] = [accounts, graph, likes, media, posts]
KINDS = [
    each
    for module in MODULES
    for each in vars(module).values()
    if inspect.isclass(each) and issubclass(each, Event) and each is not Event
]

ThingId = NewType("ThingId", UUID)
Name = NewType("Name", str)


@attrs.frozen(kw_only=True)
class Everything(Event):
    """An event with a field of every kind that is allowed."""

    kind: ClassVar[str] = "everything"
    thing: ThingId
    plain: UUID
    text: str
    name: Name
    number: int
    is_so: bool
    things: tuple[ThingId, ...]
    names: tuple[str, ...]
    maybe_thing: ThingId | None = None
    maybe_text: str | None = None
    maybe_things: tuple[ThingId, ...] | None = None


@attrs.frozen(kw_only=True)
class Smaller(Event):
    """The same event as an older process knows it."""

    kind: ClassVar[str] = "everything"
    thing: ThingId


UUIDS = st.uuids()
TEXTS = st.text()
EVENTS = st.builds(
    Everything,
    thing=UUIDS,
    plain=UUIDS,
    text=TEXTS,
    name=TEXTS,
    number=st.integers(),
    is_so=st.booleans(),
    things=st.lists(UUIDS, max_size=3).map(tuple),
    names=st.lists(TEXTS, max_size=3).map(tuple),
    maybe_thing=st.none() | UUIDS,
    maybe_text=st.none() | TEXTS,
    maybe_things=st.none() | st.lists(UUIDS, max_size=3).map(tuple),
)


@given(event=EVENTS)
def test_an_event_survives_as_json(event: Everything) -> None:
    """Every field has the type it had."""
    payload = json.loads(json.dumps(event.payload()))

    decoded = Everything.from_payload(payload)

    assert decoded == event
    assert [type(each) for each in attrs.astuple(decoded)] == [
        type(each) for each in attrs.astuple(event)
    ]


@given(event=EVENTS)
def test_fields_that_are_not_known_are_passed_over(event: Everything) -> None:
    """A newer process may say more than an older one understands."""
    assert Smaller.from_payload(event.payload()) == Smaller(thing=event.thing)


@given(event=EVENTS)
def test_absent_fields_take_their_defaults(event: Everything) -> None:
    """An older process says less than a newer one knows."""
    payload = event.payload()
    for name in ("maybe_thing", "maybe_text", "maybe_things"):
        del payload[name]

    assert Everything.from_payload(payload) == attrs.evolve(
        event, maybe_thing=None, maybe_text=None, maybe_things=None
    )


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
@given(data=st.data())
def test_every_event_of_the_core_survives_as_json(kind: type[Event], data: st.DataObject) -> None:
    """No field is of a type that a payload cannot hold."""
    event = data.draw(st.builds(kind))

    payload = json.loads(json.dumps(event.payload()))

    assert kind.from_payload(payload) == event


def test_each_kind_has_a_name_of_its_own() -> None:
    """A payload in the queue is of one kind, whoever reads it."""
    names = [kind.kind for kind in KINDS]

    assert sorted(set(names)) == sorted(names)
