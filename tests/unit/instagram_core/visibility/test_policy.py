"""The visibility policy against a table of what people may see."""

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.clocks import ManualClock
from instagram_core.visibility.model import Relationship, Sight
from instagram_core.visibility.policy import (
    belongs_in_feed,
    may_see_close_friends_content,
    may_see_content,
    may_see_profile,
    visible_content,
)

IDS = UuidV7Generator(ManualClock())
ANN, BOB = UserId(IDS.new()), UserId(IDS.new())

PUBLIC = Sight(owner=ANN, viewer=BOB, is_active=True, is_private=False)
PRIVATE = attrs.evolve(PUBLIC, is_private=True)
OWN = attrs.evolve(PUBLIC, viewer=ANN)
NOBODY = attrs.evolve(PUBLIC, viewer=None)

FACTS = [field.name for field in attrs.fields(Relationship)]
RELATIONSHIPS = st.builds(Relationship, **dict.fromkeys(FACTS, st.booleans()))
SIGHTS = st.builds(
    Sight,
    owner=st.just(ANN),
    viewer=st.sampled_from([ANN, BOB, None]),
    is_active=st.booleans(),
    is_private=st.booleans(),
    relationship=RELATIONSHIPS,
    blocked_by=st.booleans(),
    is_close_friend=st.booleans(),
)


def be(sight: Sight, **facts: bool) -> Sight:
    """Give a sight with what the owner is to the viewer."""
    return attrs.evolve(sight, relationship=Relationship(**facts))


FOLLOWED, PRIVATE_FOLLOWED = be(PUBLIC, following=True), be(PRIVATE, following=True)
FRIEND = attrs.evolve(PRIVATE_FOLLOWED, is_close_friend=True)

TABLE = {
    "a public account, by a stranger": (PUBLIC, "profile content"),
    "a public account, by nobody": (NOBODY, "profile content"),
    "a public account, by a follower": (FOLLOWED, "profile content feed"),
    "a private account, by a stranger": (PRIVATE, "profile"),
    "a private account, by nobody": (attrs.evolve(NOBODY, is_private=True), "profile"),
    "a private account, by who asked": (be(PRIVATE, requested=True), "profile"),
    "a private account, by whom it follows": (be(PRIVATE, followed_by=True), "profile"),
    "a private account, by a follower": (PRIVATE_FOLLOWED, "profile content feed"),
    "oneself": (OWN, "profile content friends feed"),
    "oneself, private": (attrs.evolve(OWN, is_private=True), "profile content friends feed"),
    "by a close friend": (FRIEND, "profile content friends feed"),
    "public, by a close friend who does not follow": (
        attrs.evolve(PUBLIC, is_close_friend=True),
        "profile content friends",
    ),
    "private, by a close friend who does not follow": (
        attrs.evolve(PRIVATE, is_close_friend=True),
        "profile",
    ),
    "by whose close friend it is": (be(PUBLIC, close_friend=True), "profile content"),
    "muted, by a stranger": (be(PUBLIC, muting=True), "profile content"),
    "muted, by a follower": (be(PUBLIC, following=True, muting=True), "profile content"),
    "by who blocks it": (be(PUBLIC, blocking=True), "profile"),
    "by whom it blocks": (attrs.evolve(PUBLIC, blocked_by=True), ""),
    "blocked both ways": (attrs.evolve(be(PUBLIC, blocking=True), blocked_by=True), ""),
    "suspended, by a close friend": (attrs.evolve(FRIEND, is_active=False), ""),
    "suspended, oneself": (attrs.evolve(OWN, is_active=False), ""),
}


def is_stranger(sight: Sight) -> bool:
    """Tell whether the viewer is neither the owner nor a follower."""
    return sight.viewer != sight.owner and not sight.relationship.following


Rule = tuple[Callable[[Sight], bool], str]
HIDES: list[Rule] = [
    (lambda sight: not sight.is_active, "profile content friends feed"),
    (lambda sight: sight.blocked_by, "profile content friends feed"),
    (lambda sight: sight.relationship.blocking, "content friends feed"),
    (
        lambda sight: sight.is_private and is_stranger(sight),
        "content friends feed",
    ),
    (lambda sight: sight.viewer != sight.owner and not sight.is_close_friend, "friends"),
    (is_stranger, "feed"),
    (lambda sight: sight.viewer != sight.owner and sight.relationship.muting, "feed"),
]
"""Each reason alone is enough to hide these; what no reason hides is shown."""


def shown(sight: Sight) -> set[str]:
    """Give what the policy decides."""
    decisions = {
        "profile": may_see_profile(sight),
        "content": may_see_content(sight),
        "friends": may_see_close_friends_content(sight),
        "feed": belongs_in_feed(sight),
    }
    return {name for name, is_shown in decisions.items() if is_shown}


@pytest.mark.parametrize(("sight", "expected"), TABLE.values(), ids=TABLE)
def test_each_sees_what_the_table_says(sight: Sight, expected: str) -> None:
    """Profile, content, content for close friends, and whether it belongs in the home feed."""
    assert shown(sight) == set(expected.split())


@given(sight=SIGHTS)
def test_shown_is_what_no_reason_hides(sight: Sight) -> None:
    """Whatever the facts are, and however they combine."""
    hidden = {name for applies, names in HIDES if applies(sight) for name in names.split()}

    assert shown(sight) == {"profile", "content", "friends", "feed"} - hidden


@given(sights=st.lists(SIGHTS, max_size=8))
def test_a_batch_is_decided_as_each_alone(sights: list[Sight]) -> None:
    """Nobody's facts leak into the decision about another."""
    by_owner = {UserId(IDS.new()): sight for sight in sights}
    by_owner = {owner: attrs.evolve(sight, owner=owner) for owner, sight in by_owner.items()}

    expected = {owner for owner, sight in by_owner.items() if may_see_content(sight)}
    assert visible_content(by_owner) == expected


def test_nobody_is_not_oneself() -> None:
    """An absent viewer is a stranger to everybody."""
    assert not NOBODY.is_self
    assert OWN.is_self
