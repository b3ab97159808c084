"""Ids of loaded people and posts."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feed.crowd import person_id, post_id, shared_at

NUMBERS = st.integers(0, 10**9)


@given(NUMBERS, NUMBERS)
def test_ids_and_times_are_ordered_as_the_numbers_are(one: int, other: int) -> None:
    """So the follower of the greatest number is the last whom a fan-out reaches."""
    assert (one < other) == (person_id(one) < person_id(other))
    assert (one < other) == (shared_at(one) < shared_at(other))


@given(NUMBERS)
def test_nobody_is_a_post(number: int) -> None:
    """A person and a post of one number have different ids."""
    assert person_id(number) != post_id(number)
