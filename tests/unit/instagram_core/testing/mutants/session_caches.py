"""Wrong keepers of copies of sessions."""

from typing import Any

import attrs

from instagram_core.accounts.model import CachedSession, Role, Session, UserId
from instagram_core.memory.session_cache import InMemorySessionCache
from instagram_core.testing.contracts.accounts import SessionCacheContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

caches = Mutants(SessionCacheContract, right=lambda case: InMemorySessionCache(case.clock))


@caches.caught_by("test_what_was_read_before_forgetting_is_not_kept_after")
class CacheTakesAnyTicket(Around):
    """Keeps whatever it is given: a slow reader revives what has ended."""

    async def put(self, session: Session, _: bytes) -> None:
        found = await self.right.find(session.user_id, session.token_hash)
        await self.right.put(session, found.ticket)


@caches.caught_by("test_what_was_read_before_forgetting_is_not_kept_after")
class CacheGivesOneTicketForEver(Around):
    """Forgets copies, and not who was about to put one."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.ended: set[bytes] = set()

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        found: CachedSession = await self.right.find(user, token_hash)
        return attrs.evolve(found, session=None) if token_hash in self.ended else found

    async def put(self, session: Session, ticket: bytes) -> None:
        self.ended.discard(session.token_hash)
        await self.right.put(session, ticket)

    async def forget(self, user: UserId) -> None:
        kept = self.right._users.get(user)
        self.ended |= set(kept.copies) if kept else set()


@caches.caught_by("test_all_copies_of_who_is_forgotten_are_gone")
class CacheForgetsEverybody(Around):
    """Drops the copies of all."""

    async def forget(self, _: UserId) -> None:
        for user in list(self.right._users._kept):
            await self.right.forget(user)


@caches.caught_by("test_a_copy_of_somebody_else_is_none")
class CacheFindsByHash(Around):
    """Does not look whose session it is."""

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        for owner in list(self.right._users._kept):
            found: CachedSession = await self.right.find(owner, token_hash)
            if found.session is not None:
                return found
        own: CachedSession = await self.right.find(user, token_hash)
        return own


@caches.caught_by("test_a_copy_tells_its_age")
class CacheIsAlwaysFresh(Around):
    """Tells of every copy that it was made now."""

    async def find(self, user: UserId, token_hash: bytes) -> CachedSession:
        found: CachedSession = await self.right.find(user, token_hash)
        return attrs.evolve(found, age_seconds=0)


@caches.caught_by("test_a_copy_is_found_as_it_was_put")
class CacheLosesTheRole(Around):
    """Keeps less than it was given."""

    async def put(self, session: Session, ticket: bytes) -> None:
        await self.right.put(attrs.evolve(session, role=Role.USER), ticket)


@caches.caught_by("test_whoever_reads_at_once_may_keep_at_once")
class CacheGivesEachTicketOnce(Around):
    """Has a ticket hold for the first who uses it."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.used: set[bytes] = set()

    async def put(self, session: Session, ticket: bytes) -> None:
        if ticket not in self.used:
            await self.right.put(session, ticket)
        self.used.add(ticket)


@caches.caught_by("test_agrees_with_the_reference")
class CacheKeepsTheFirstCopy(Around):
    """Replaces nothing."""

    async def put(self, session: Session, ticket: bytes) -> None:
        found = await self.right.find(session.user_id, session.token_hash)
        if found.session is None:
            await self.right.put(session, ticket)
