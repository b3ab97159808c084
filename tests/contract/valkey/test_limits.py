"""The limiter on Valkey keeps its contract, and counts by the server's time unless told another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from instagram_core.limits.model import Limit
from instagram_core.limits.ports import RateLimiter
from instagram_core.testing.contracts.limits import RateLimiterContract
from instagram_valkey.client import ValkeyClient
from instagram_valkey.limits import ValkeyRateLimiter
from tests.contract.valkey.opening import OnValkey
from tests.servers.valkey import fresh_prefix, private_valkey, valkey


class TestValkeyRateLimiter(OnValkey, RateLimiterContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[RateLimiter]:
        """Give an empty one, on the kit's clock."""
        async with self.opened() as client:
            yield ValkeyRateLimiter(client, self.clock)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[RateLimiter]:
        """Give one that another process would have."""
        async with self.reopened() as client:
            yield ValkeyRateLimiter(client, self.clock)

    async def test_a_clock_that_steps_back_loses_nothing(self, limiter: RateLimiter) -> None:
        """Attempts of the future still count, and leave the window in their order."""
        limit = self.limit(3, seconds=10)
        await limiter.acquire([limit])
        await self.elapse(-5)
        await limiter.acquire([limit])
        await limiter.acquire([limit])
        assert not (await limiter.acquire([limit])).is_allowed
        await self.elapse(10)
        verdict = await limiter.acquire([limit])
        assert verdict.is_allowed
        assert verdict.remaining == 1

    async def test_keys_end_with_their_windows(self, limiter: RateLimiter) -> None:
        """What nobody asks for again takes no memory for ever."""
        limit = self.limit(3, seconds=10)
        await limiter.acquire([limit])
        key = self.client.key("limit", f"{{{limit.subject}}}", limit.action)
        left = await self.client.call("PTTL", key)
        assert 0 < left <= 3_610_000

    async def test_long_subjects_make_short_keys(self, limiter: RateLimiter) -> None:
        """Whoever signs in with a novel is counted all the same."""
        subject = "account:" + "a" * 5000
        for expected in (True, False):
            limit = Limit(action="login", subject=subject, attempts=1, seconds=60)
            assert (await limiter.acquire([limit])).is_allowed is expected
        longest = max(await self.client.call("KEYS", self.client.key("*")), key=len)
        assert len(longest) < 200


def test_two_processes_share_the_server_s_time() -> None:
    """Sixty attempts at once by two clients: as many pass as the limit says, and keys expire."""

    async def run() -> None:
        prefix = fresh_prefix()
        limit = Limit(action="like", subject="user:ann", attempts=20, seconds=0.3)
        async with (
            ValkeyClient.open(valkey(), prefix=prefix, seconds=1) as one,
            ValkeyClient.open(valkey(), prefix=prefix, seconds=1) as two,
        ):
            limiters = ValkeyRateLimiter(one), ValkeyRateLimiter(two)
            calls = [limiters[n % 2].acquire([limit]) for n in range(60)]
            verdicts = await asyncio.gather(*calls)
            assert sum(verdict.is_allowed for verdict in verdicts) == 20
            refused = next(verdict for verdict in verdicts if not verdict.is_allowed)
            assert 0 < refused.retry_after <= 0.3
            assert 0 < await one.call("PTTL", one.key("limit", "{user:ann}", "like")) <= 300

    asyncio.run(run())


@pytest.mark.parametrize("loss", ["flush", "restart"])
def test_the_script_survives_a_server_that_forgets_it(loss: str) -> None:
    """It is given again with the call that needs it."""

    async def run() -> None:
        server, url = private_valkey()
        limit = Limit(action="like", subject="user:ann", attempts=9, seconds=60)
        try:
            async with ValkeyClient.open(url, seconds=1) as client:
                limiter = ValkeyRateLimiter(client)
                await limiter.acquire([limit])
                if loss == "flush":
                    await client.call("SCRIPT", "FLUSH")
                else:
                    server.kill()
                    server.restart()
                    while client._living:  # noqa: ASYNC110 - until it sees that it was cut off
                        await asyncio.sleep(0)
                assert (await limiter.acquire([limit])).is_allowed
        finally:
            server.close()

    asyncio.run(run())
