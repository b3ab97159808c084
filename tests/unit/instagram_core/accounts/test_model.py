"""Roles, and what must not show."""

import pytest

from instagram_core.accounts.model import Role
from instagram_core.testing.factories import account
from tests.unit.instagram_core.world import World

USER, VERIFIED, ADMIN = Role.USER, Role.VERIFIED, Role.ADMIN


@pytest.mark.parametrize(
    ("role", "included"),
    [(USER, {USER}), (VERIFIED, {USER, VERIFIED}), (ADMIN, {USER, VERIFIED, ADMIN})],
)
def test_a_role_includes_itself_and_those_before_it(role: Role, included: set[Role]) -> None:
    """User below verified below admin."""
    assert {other for other in Role if role.includes(other)} == included


def test_the_mark_is_worn_from_verified_on(world: World) -> None:
    """An admin is verified too."""
    users = [account(world.ports.ids.new(), role=role).user for role in Role]

    assert [user.is_verified for user in users] == [False, True, True]


def test_a_hash_is_never_printed(world: World) -> None:
    """Logs show accounts."""
    assert "the hash" not in repr(account(world.ports.ids.new(), password_hash="the hash"))
