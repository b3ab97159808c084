"""The in-memory session cache keeps its contract; sessions read through it keep theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instagram_core.accounts.ports import SessionCache
from instagram_core.assembly.caching import with_cached_sessions
from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.memory.session_cache import InMemorySessionCache
from instagram_core.testing.contracts.accounts import SessionCacheContract, SessionStoreContract
from instagram_core.testing.contracts.accounts.sessions import SessionMachine
from tests.contract.memory.opening import InMemoryFamily


class TestInMemorySessionCache(SessionCacheContract):
    capabilities = frozenset({"clock", "close"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[SessionCache]:
        """Give an empty one."""
        yield InMemorySessionCache(self.clock)


class UnsweptMachine(SessionMachine):
    """Sweeps nothing, since a copy tells that it is over; looks at no events, as there are more."""

    sweep = None  # type: ignore[assignment]
    events = None  # type: ignore[assignment]


class TestCachedSessions(InMemoryFamily, SessionStoreContract):
    machine = UnsweptMachine
    cache: InMemorySessionCache

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RelationalFamily]:
        """Give a family that reads sessions from copies."""
        self.database = Database(self.clock, UuidV7Generator(self.clock))
        self.cache = InMemorySessionCache(self.clock)
        yield with_cached_sessions(in_memory_family(self.database), self.cache)

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[RelationalFamily]:
        """Give another process's, over the same rows and copies."""
        yield with_cached_sessions(in_memory_family(self.database), self.cache)
