"""Asking whether an attempt may go on."""

import pytest

from instagram_core.limits.errors import LimitExceededError
from instagram_core.limits.policy import LimitRules, Rate
from instagram_core.limits.service import Limits
from instagram_core.memory.limits import InMemoryRateLimiter
from tests.unit.instagram_core.world import World


@pytest.fixture
def limits(world: World) -> Limits:
    """Give limits of two likes and three of anything in ten seconds, two sign-ins in a minute."""
    rates = {"like": Rate(2, 10), "all": Rate(3, 10), "login": Rate(2, 60)}
    return Limits(limiter=InMemoryRateLimiter(world.clock), rules=LimitRules(rates=rates))


async def test_the_answer_says_which_limit_is_tightest(limits: Limits) -> None:
    """With what is left of it."""
    verdict = await limits.by_user("ada", "like")

    assert verdict.is_allowed
    assert (verdict.limit.action, verdict.remaining) == ("like", 1)


async def test_a_refusal_says_which_limit_and_when_it_ends(world: World, limits: Limits) -> None:
    """Until then it is refused, at that moment it is not."""
    for _ in range(2):
        await limits.by_user("ada", "like")
    world.clock.advance(4)

    with pytest.raises(LimitExceededError) as refused:
        await limits.by_user("ada", "like")
    world.clock.advance(refused.value.retry_after)
    await limits.by_user("ada", "like")

    assert (refused.value.action, refused.value.attempts) == ("like", 2)
    assert refused.value.retry_after == 6
    assert refused.value.reset_at == world.scene.now


async def test_a_refused_attempt_consumes_nothing(limits: Limits) -> None:
    """Not of the other limits that were asked at once, either."""
    for _ in range(2):
        await limits.by_user("ada", "like")
    for _ in range(10):
        with pytest.raises(LimitExceededError):
            await limits.by_user("ada", "like")

    await limits.by_user("ada")
    with pytest.raises(LimitExceededError) as refused:
        await limits.by_user("ada")

    assert refused.value.action == "all"


async def test_people_and_addresses_are_counted_apart(limits: Limits) -> None:
    """One who is over the limit costs nobody else anything."""
    for _ in range(3):
        await limits.by_user("ada")
    with pytest.raises(LimitExceededError):
        await limits.by_user("ada")

    await limits.by_user("bea")
    await limits.by_address("ada")


async def test_sign_ins_are_counted_per_account_from_anywhere(limits: Limits) -> None:
    """Guessing one password from many addresses."""
    for number in range(2):
        await limits.of_login("ada", f"192.0.2.{number}")

    with pytest.raises(LimitExceededError) as refused:
        await limits.of_login(" ADA ", "192.0.2.9")

    assert refused.value.action == "login"
    await limits.of_login("bea", "192.0.2.9")


async def test_sign_ins_are_counted_per_address_for_any_account(limits: Limits) -> None:
    """Guessing many accounts from one place, an IPv6 network being one."""
    await limits.of_login("ada", "2001:db8::1")
    await limits.of_login("bea", "2001:db8::2")

    with pytest.raises(LimitExceededError) as refused:
        await limits.of_login("eve", "2001:db8::3")

    assert refused.value.action == "login"


async def test_requests_without_a_session_are_counted_per_address(limits: Limits) -> None:
    """However the address is spelled."""
    for spelling in ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"):
        await limits.by_address(spelling)

    with pytest.raises(LimitExceededError):
        await limits.by_address("192.0.2.1")
