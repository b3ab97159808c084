"""Which limits a request meets."""

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from instagram_core.limits.model import Limit


@attrs.frozen
class Rate:
    """So many attempts within so many seconds."""

    attempts: int = attrs.field(validator=attrs.validators.ge(1))
    seconds: float = attrs.field(validator=attrs.validators.gt(0))


EVERYTHING: Final = "all"

DEFAULT_RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "follow": Rate(30, 3600),
        "post": Rate(10, 3600),
        "story": Rate(30, 3600),
        "like": Rate(100, 3600),
        "comment": Rate(50, 3600),
        "message": Rate(60, 60),
        "login": Rate(5, 60),
        "feed": Rate(60, 60),
        EVERYTHING: Rate(1000, 60),
    }
)


@attrs.frozen(kw_only=True)
class LimitRules:
    """The rates in force, and what they make of a request."""

    rates: Mapping[str, Rate] = DEFAULT_RATES

    def of_user(self, user: str, action: str | None = None) -> tuple[Limit, ...]:
        """Give the limits of a signed-in user's request: the overall one, and the action's."""
        actions = (EVERYTHING,) if action is None else (EVERYTHING, action)
        return tuple(self._limit(name, f"user:{user}") for name in actions)

    def of_address(self, address: str) -> tuple[Limit, ...]:
        """Give the limits of a request without a session."""
        return (self._limit(EVERYTHING, f"address:{address_subject(address)}"),)

    def of_login(self, login: str, address: str) -> tuple[Limit, ...]:
        """Give the limits of a sign-in: per account and per address, and the overall one.

        Case and surrounding white space do not count, as they do not for the sign-in itself.
        """
        return (
            *self.of_address(address),
            self._limit("login", f"account:{login.strip().casefold()}"),
            self._limit("login", f"address:{address_subject(address)}"),
        )

    def _limit(self, action: str, subject: str) -> Limit:
        rate = self.rates[action]
        return Limit(action=action, subject=subject, attempts=rate.attempts, seconds=rate.seconds)


def address_subject(address: str) -> str:
    """Give what an address is counted as: itself, or its /64 network for IPv6.

    One subscriber owns a whole /64, and an IPv4 address written as IPv6 is the IPv4 address. A
    text that is no address is counted as it is.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
