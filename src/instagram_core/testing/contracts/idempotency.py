"""The contracts of idempotency keys: rows of the effect's own transaction."""

import asyncio
from contextlib import suppress
from typing import ClassVar

import pytest
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.kernel.errors import TransactionError
from instagram_core.testing.capabilities import requires
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract, RelationalMachine, Rollback

DAY = 24 * 3600.0
ANSWER = StoredAnswer(status=201, body=b'{"id": "1"}')
ASKED, ASKED_OTHERWISE = b"f" * 32, b"g" * 32


class KeyMachine(RelationalMachine):
    """Two keys that come with two requests, with effects that succeed and fail."""

    pauses = st.sampled_from([10, DAY - 5, DAY + 5])
    number: ClassVar[st.SearchStrategy[int]] = st.integers(0, 1)

    @move(key=number, fingerprint=st.sampled_from([ASKED, ASKED_OTHERWISE]), fails=st.booleans())
    async def once(self, key: int, fingerprint: bytes, *, fails: bool) -> object:
        """Run an effect under a key, or replay it."""
        name = EffectKey(user=self.world.id("user"), route="POST /posts", key=f"key {key}")
        with suppress(Rollback):
            async with self.subject.transaction():
                kept = await self.subject.idempotency.claim(name, fingerprint)
                if kept is not None:
                    return kept
                if fails:
                    raise Rollback
                await self.subject.idempotency.keep(name, ANSWER)
                return "done"
        return "failed"

    @move()
    async def sweep(self) -> object:
        """Forget old keys."""
        return await self.subject.idempotency_sweeper.sweep(10)


class IdempotencyContract(RelationalContract):
    """What the contracts of keys share."""

    def key(self, text: str = "one", route: str = "POST /posts") -> EffectKey:
        """Give a key of somebody new."""
        return EffectKey(user=UserId(self.ids.new()), route=route, key=text)

    async def once(
        self,
        family: RelationalFamily,
        key: EffectKey,
        answer: StoredAnswer = ANSWER,
        fingerprint: bytes = ASKED,
    ) -> StoredAnswer | None:
        """Run an effect under a key; give None, or the answer that was kept."""
        async with family.transaction():
            kept = await family.idempotency.claim(key, fingerprint)
            if kept is None:
                await asyncio.sleep(0)
                await family.idempotency.keep(key, answer)
            return kept


class IdempotencyStoreContract(IdempotencyContract):
    """What every `IdempotencyStore` does."""

    machine = KeyMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Claim a key."""
        return await self.once(subject, self.key())

    async def test_a_key_is_free_once(self, family: RelationalFamily) -> None:
        """Then it gives the first answer, every byte of it."""
        key = self.key()
        answer = StoredAnswer(status=202, body=bytes(range(256)))
        assert await self.once(family, key, answer) is None
        for _ in range(2):
            assert answer == await self.once(family, key, ANSWER)

    async def test_keys_are_of_one_user_and_route(self, family: RelationalFamily) -> None:
        """The same text elsewhere is another key."""
        key = self.key()
        await self.once(family, key)
        others = (
            EffectKey(user=UserId(self.ids.new()), route=key.route, key=key.key),
            EffectKey(user=key.user, route="POST /stories", key=key.key),
            EffectKey(user=key.user, route=key.route, key="One"),
        )
        for other in others:
            assert await self.once(family, other) is None

    async def test_another_request_under_the_key_is_refused(self, family: RelationalFamily) -> None:
        """And the first answer stays what it was."""
        key = self.key()
        await self.once(family, key)
        with pytest.raises(KeyReusedError):
            await self.once(family, key, fingerprint=ASKED_OTHERWISE)
        assert await self.once(family, key) == ANSWER

    async def test_a_key_needs_a_transaction(self, family: RelationalFamily) -> None:
        """Outside one it could not be stored with its effect."""
        key = self.key()
        with pytest.raises(TransactionError):
            await family.idempotency.claim(key, ASKED)
        with pytest.raises(TransactionError):
            await family.idempotency.keep(key, ANSWER)
        assert await self.once(family, key) is None

    async def test_an_effect_that_fails_leaves_no_key(self, family: RelationalFamily) -> None:
        """A retry, also with another request, does the effect."""
        key = self.key()
        with suppress(Rollback):
            async with family.transaction():
                assert await family.idempotency.claim(key, ASKED) is None
                await family.idempotency.keep(key, ANSWER)
                raise Rollback
        assert await self.once(family, key, fingerprint=ASKED_OTHERWISE) is None

    async def test_a_concurrent_duplicate_waits_and_replays(self, family: RelationalFamily) -> None:
        """Of ten at once one does the effect, nine give its answer."""
        key = self.key()
        answers = [StoredAnswer(status=201, body=b"%d" % number) for number in range(10)]
        given = await asyncio.gather(*(self.once(family, key, answer) for answer in answers))
        assert given.count(None) == 1
        first = answers[given.index(None)]
        assert [first] * 9 == [answer for answer in given if answer is not None]

    async def test_a_duplicate_of_a_failure_does_the_effect(self, family: RelationalFamily) -> None:
        """The one who waited goes on when the first rolls back."""
        key, claimed = self.key(), asyncio.Event()

        async def fail() -> None:
            async with family.transaction():
                assert await family.idempotency.claim(key, ASKED) is None
                claimed.set()
                for _ in range(10):
                    await asyncio.sleep(0)
                raise Rollback

        async def follow() -> StoredAnswer | None:
            await claimed.wait()
            return await self.once(family, key)

        failed, given = await asyncio.gather(fail(), follow(), return_exceptions=True)
        assert isinstance(failed, Rollback)
        assert given is None

    @requires("clock")
    async def test_a_key_is_kept_for_a_day(self, family: RelationalFamily) -> None:
        """Then it is free again, whatever the request."""
        key = self.key()
        await self.once(family, key)
        await self.elapse(DAY - 1)
        assert await self.once(family, key) == ANSWER
        await self.elapse(2)
        assert await self.once(family, key, fingerprint=ASKED_OTHERWISE) is None

    @requires("reopen")
    async def test_keys_outlive_a_process(self, family: RelationalFamily) -> None:
        """A retry that another process gets replays too."""
        key = self.key()
        await self.once(family, key)
        async with self.reopen() as other:
            assert await self.once(other, key) == ANSWER


class IdempotencySweeperContract(IdempotencyContract):
    """What every `IdempotencySweeper` does."""

    machine = KeyMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Sweep."""
        return await subject.idempotency_sweeper.sweep(1)

    async def test_a_key_in_force_is_not_swept(self, family: RelationalFamily) -> None:
        """It still replays."""
        key = self.key()
        await self.once(family, key)
        assert await family.idempotency_sweeper.sweep(10) == 0
        assert await self.once(family, key) == ANSWER

    @requires("clock")
    async def test_old_keys_are_swept_in_batches(self, family: RelationalFamily) -> None:
        """As many as asked a call, each counted once, newer ones left."""
        for number in range(5):
            await self.once(family, self.key(f"old {number}"))
        await self.elapse(DAY - 10)
        fresh = self.key("fresh")
        await self.once(family, fresh)
        await self.elapse(20)
        counts = [await family.idempotency_sweeper.sweep(2) for _ in range(4)]
        assert counts == [2, 2, 1, 0]
        assert await self.once(family, fresh) == ANSWER

    @requires("clock")
    async def test_concurrent_sweeps_count_each_once(self, family: RelationalFamily) -> None:
        """Two workers may sweep at once."""
        for number in range(10):
            await self.once(family, self.key(f"old {number}"))
        await self.elapse(DAY + 10)
        counts = await asyncio.gather(*(family.idempotency_sweeper.sweep(10) for _ in range(4)))
        rest = await family.idempotency_sweeper.sweep(10)
        assert sum(counts) + rest == 10
