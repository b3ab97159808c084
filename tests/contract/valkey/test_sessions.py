"""The session cache on Valkey keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.accounts.ports import SessionCache
from instagram_core.testing.contracts.accounts import SessionCacheContract
from instagram_valkey.sessions import ValkeySessionCache
from tests.contract.valkey.opening import OnValkey


class TestValkeySessionCache(OnValkey, SessionCacheContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[SessionCache]:
        """Give an empty one, on the kit's clock."""
        async with self.opened() as client:
            yield ValkeySessionCache(client, self.clock)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[SessionCache]:
        """Give one that another process would have."""
        async with self.reopened() as client:
            yield ValkeySessionCache(client, self.clock)

    async def test_a_user_keeps_a_bounded_number_of_copies(self, cache: SessionCache) -> None:
        """Whoever signs in for ever takes no memory for ever; the last copy is there."""
        first = self.session()
        made = [first, *(self.session(first.user_id) for _ in range(120))]
        await self.keep(cache, *made)
        key = self.client.key("sessions", f"{{{first.user_id}}}")
        assert await self.client.call("HLEN", key) <= 52
        assert made[-1] == (await self.found(cache, made[-1])).session

    async def test_a_copy_that_another_release_wrote_is_none(self, cache: SessionCache) -> None:
        """Both run at once while the one takes the other's place."""
        kept = self.session()
        await self.keep(cache, kept)
        key = self.client.key("sessions", f"{{{kept.user_id}}}")
        put_at = (await self.client.call("HGET", key, kept.token_hash)).partition(b" ")[0]
        for text in (b"{}", b"nonsense", b'["x", 1, 2, 3, 4, 5]', b"[1]", b"7"):
            await self.client.call("HSET", key, kept.token_hash, put_at + b" " + text)
            assert (await self.found(cache, kept)).session is None

    async def test_what_is_kept_of_a_user_ends(self, cache: SessionCache) -> None:
        """A ticket within an hour, copies within a lifetime."""
        kept = self.session()
        key = self.client.key("sessions", f"{{{kept.user_id}}}")
        await self.found(cache, kept)
        assert 0 < await self.client.call("TTL", key) <= 3600
        await self.keep(cache, kept)
        assert 3600 < await self.client.call("TTL", key) <= kept.LIFETIME_SECONDS
