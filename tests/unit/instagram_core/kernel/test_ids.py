"""Ids rise, whatever the clock does, and are version 7 UUIDs."""

from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.kernel import ids
from instagram_core.kernel.clock import from_milliseconds, to_milliseconds
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.clocks import ManualClock

STEPS = st.lists(st.sampled_from([-3600, -1, -0.001, 0, 0, 0.001, 1]), min_size=1, max_size=60)


def milliseconds_of(value: int) -> int:
    """Give the time field of an id."""
    return value >> 80


@given(steps=STEPS)
def test_ids_rise_strictly_whatever_the_clock_does(steps: list[float]) -> None:
    """Standing still and stepping back do not matter."""
    clock = ManualClock()
    generator = UuidV7Generator(clock)
    made = [generator.new()]

    for step in steps:
        clock.advance(step)
        made.append(generator.new())

    assert made == sorted(set(made))


@given(steps=STEPS)
def test_the_time_field_is_the_latest_time_seen(steps: list[float]) -> None:
    """A clock that steps back does not take the ids along."""
    clock = ManualClock()
    generator = UuidV7Generator(clock)
    latest = 0

    for step in steps:
        clock.advance(step)
        latest = max(latest, to_milliseconds(clock.now()))
        assert milliseconds_of(generator.new().int) == latest


@given(moment=st.integers(0, (1 << 44) - 1))
def test_an_id_is_a_version_7_uuid_of_its_moment(moment: int) -> None:
    """Time, version and variant stand where RFC 9562 puts them."""
    made = UuidV7Generator(ManualClock(from_milliseconds(moment))).new()

    assert (made.version, made.variant) == (7, RFC_4122)
    assert milliseconds_of(made.int) == moment


@pytest.mark.parametrize("step", [0, -5])
def test_an_exhausted_counter_advances_the_time_field(
    monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    """Ids go on rising, a millisecond ahead of the clock."""
    monkeypatch.setattr(ids, "_COUNTER_LIMIT", 4)
    monkeypatch.setattr(ids, "_fresh_counter", lambda: 0)
    clock = ManualClock()
    generator = UuidV7Generator(clock)
    began = to_milliseconds(clock.now())
    first = generator.new()
    clock.advance(step)

    made = [first, *(generator.new() for _ in range(8))]

    assert made == sorted(set(made))
    assert [milliseconds_of(each.int) - began for each in made] == [0] * 4 + [1] * 4 + [2]


def test_the_clock_catches_up_with_an_advanced_time_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ran ahead is not overtaken by a smaller id when the clock moves on."""
    monkeypatch.setattr(ids, "_COUNTER_LIMIT", 2)
    monkeypatch.setattr(ids, "_fresh_counter", lambda: 0)
    clock = ManualClock()
    generator = UuidV7Generator(clock)
    made = [generator.new() for _ in range(9)]

    for _ in range(8):
        clock.advance(0.001)
        made.append(generator.new())

    assert made == sorted(set(made))


def test_a_fresh_counter_leaves_half_of_its_range_free() -> None:
    """2⁴¹ ids fit into a millisecond, so that the time field hardly ever runs ahead."""
    drawn = [ids._fresh_counter() for _ in range(1000)]

    assert all(0 <= counter < ids._COUNTER_LIMIT // 2 for counter in drawn)
    assert max(drawn) > ids._COUNTER_LIMIT // 4
    assert len(set(drawn)) == len(drawn)


@given(
    millisecond=st.integers(0, (1 << 48) - 1),
    counter=st.integers(0, ids._COUNTER_LIMIT - 1),
    tail=st.integers(0, (1 << 32) - 1),
)
def test_every_bit_of_an_id_has_its_place(millisecond: int, counter: int, tail: int) -> None:
    """Time, counter and tail can be read back, whole."""
    made = ids._compose(millisecond, counter, tail)

    bits = f"{made.int:0128b}"
    assert bits[:48] == f"{millisecond:048b}"
    assert bits[48:52] == "0111"
    assert bits[64:66] == "10"
    assert bits[52:64] + bits[66:96] == f"{counter:042b}"
    assert bits[96:] == f"{tail:032b}"
