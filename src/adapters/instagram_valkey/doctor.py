"""Says what server this is, and whether it may throw away what is kept there."""

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_valkey.client import ValkeyClient

OLDEST_VALKEY = (7, 2)
OLDEST_REDIS = (6, 2)


@attrs.frozen(kw_only=True)
class ValkeyReport:
    """What was found."""

    name: str
    """Valkey, or Redis."""
    version: str
    is_supported: bool
    policy: str
    """What it does when its memory is full; empty where it does not say."""
    has_limit: bool
    """Whether there is a limit of memory at all."""
    is_replica: bool
    skew_seconds: float
    """By how much the server's clock is ahead of ours; half of the round trip is allowed for."""

    @property
    def throws_away(self) -> bool:
        """Tell whether it would drop limits and tickets that still hold."""
        return self.policy.startswith("allkeys-")

    @property
    def forgets_at_random(self) -> bool:
        """Tell whether it may forget what made a kept page void before it forgets the page."""
        return self.policy.startswith("volatile-") and self.policy != "volatile-ttl"


async def examine(url: str, clock: Clock, seconds: float = 2) -> ValkeyReport:
    """Ask the server; AdapterUnavailable when it cannot be reached."""
    async with ValkeyClient.open(url, seconds=seconds, connections=1) as client:
        said = _lines(await client.call("INFO"))
        before = to_milliseconds(clock.now())
        whole, part = await client.call("TIME")
        after = to_milliseconds(clock.now())
    is_valkey = "valkey_version" in said
    version = said.get("valkey_version") or said.get("redis_version")
    if version is None:
        raise AdapterUnavailable("the server does not say what it is")
    now = int(whole) * 1000 + int(part) / 1000
    return ValkeyReport(
        name="Valkey" if is_valkey else "Redis",
        version=version,
        is_supported=_numbers(version) >= (OLDEST_VALKEY if is_valkey else OLDEST_REDIS),
        policy=said.get("maxmemory_policy", ""),
        has_limit=said.get("maxmemory", "0") != "0",
        is_replica=said.get("role") == "slave",
        skew_seconds=(now - (before + after) / 2) / 1000,
    )


def _lines(text: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.decode().splitlines() if ":" in line)
    return {name: value for name, _, value in pairs}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
