"""Wrong keepers of idempotency keys."""

from typing import Any
from uuid import UUID

import attrs

from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.memory.tables import ClaimRow
from instagram_core.testing.contracts.idempotency import (
    IdempotencyStoreContract,
    IdempotencySweeperContract,
)
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

keys = Mutants(IdempotencyStoreContract, "idempotency")
key_sweepers = Mutants(IdempotencySweeperContract, "idempotency_sweeper")


class _Renamed(Around):
    """Keeps keys under other names."""

    def name(self, key: EffectKey) -> EffectKey:
        raise NotImplementedError

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        kept: StoredAnswer | None = await self.right.claim(self.name(key), fingerprint)
        return kept

    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        await self.right.keep(self.name(key), answer)


@keys.caught_by("test_keys_are_of_one_user_and_route")
class KeysAreOfEverybody(_Renamed):
    """Gives one person's answer to another."""

    def name(self, key: EffectKey) -> EffectKey:
        return attrs.evolve(key, user=UUID(int=0))


@keys.caught_by("test_keys_are_of_one_user_and_route")
class KeysAreOfAnyRoute(_Renamed):
    """Answers a story with a post."""

    def name(self, key: EffectKey) -> EffectKey:
        return attrs.evolve(key, route="any")


@keys.caught_by("test_another_request_under_the_key_is_refused")
class KeysForgetTheRequest(Around):
    """Replays whatever is asked."""

    async def claim(self, key: EffectKey, _: bytes) -> StoredAnswer | None:
        kept: StoredAnswer | None = await self.right.claim(key, b"the same")
        return kept


@keys.caught_by("test_a_key_is_kept_for_a_day")
class KeysLiveForEver(Around):
    """Never frees a key."""

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        async with self.tables() as tables:
            if (row := tables.claims.get(key)) is not None:
                now = self.right._database.now()
                tables.claims[key] = attrs.evolve(row, claimed_at=now)
        kept: StoredAnswer | None = await self.right.claim(key, fingerprint)
        return kept


@keys.caught_by("test_a_key_is_kept_for_a_day")
class KeysAreForgottenAtOnce(Around):
    """Does the effect again a little later."""

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        async with self.tables() as tables:
            row = tables.claims.get(key)
            if row is not None and row.claimed_at < self.right._database.now():
                del tables.claims[key]
        kept: StoredAnswer | None = await self.right.claim(key, fingerprint)
        return kept


class _Apart(Around):
    """Keeps keys outside the transaction."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.rows: dict[EffectKey, ClaimRow] = {}

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        self.right._database.require_transaction()
        row = self.rows.setdefault(key, ClaimRow(fingerprint=fingerprint, claimed_at=0))
        return row.answer

    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        self.right._database.require_transaction()
        self.rows[key] = attrs.evolve(self.rows[key], answer=answer)


@keys.caught_by("test_an_effect_that_fails_leaves_no_key")
class KeysOutliveFailures(_Apart):
    """Replays an answer to something that never happened."""


@keys.caught_by("test_a_key_needs_a_transaction")
class KeysNeedNoTransaction(Around):
    """Stores a key that its effect may not follow."""

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        async with self.tables():
            kept: StoredAnswer | None = await self.right.claim(key, fingerprint)
        return kept


@keys.caught_by("test_a_concurrent_duplicate_waits_and_replays")
class KeysDoNotWait(Around):
    """Lets every duplicate through that comes before the first answer is kept."""

    async def claim(self, key: EffectKey, fingerprint: bytes) -> StoredAnswer | None:
        return None

    async def keep(self, key: EffectKey, answer: StoredAnswer) -> None:
        await self.right.claim(key, b"")
        async with self.tables() as tables:
            tables.claims[key] = ClaimRow(fingerprint=b"", claimed_at=0, answer=answer)


@key_sweepers.caught_by("test_a_key_in_force_is_not_swept")
class SweeperTakesKeysInForce(Around):
    """Frees keys that still protect somebody."""

    async def sweep(self, limit: int) -> int:
        async with self.tables() as tables:
            swept = len(tables.claims)
            tables.claims.clear()
        return swept


@key_sweepers.caught_by("test_old_keys_are_swept_in_batches")
class KeySweeperHasNoBound(Around):
    """Locks everything at once."""

    async def sweep(self, limit: int) -> int:
        swept: int = await self.right.sweep(1000)
        return swept


@key_sweepers.caught_by("test_old_keys_are_swept_in_batches")
class KeySweeperKeepsOldKeys(Around):
    """Removes nothing."""

    async def sweep(self, limit: int) -> int:
        swept: int = await self.right.sweep(0)
        return swept


@key_sweepers.caught_by("test_concurrent_sweeps_count_each_once")
class KeySweeperCountsTwice(Around):
    """Tells more than it removed, so its caller never ends."""

    async def sweep(self, limit: int) -> int:
        swept: int = await self.right.sweep(limit)
        return swept * 2
