"""Authors' recent posts in Cassandra keep their contract."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from instagram_core.feed.ports import AuthorTimeline
from instagram_core.testing.contracts.feed import AuthorTimelineContract
from instagram_scylla.authors import ScyllaAuthorTimeline
from instagram_scylla.session import ScyllaSession
from tests.contract.scylla.opening import durable, outage


class TestAuthorTimeline(AuthorTimelineContract):
    capabilities = frozenset({"clock", "close", "reopen", "outage"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AuthorTimeline]:
        """Give one for authors whom no other test has."""
        async with ScyllaSession.open(durable()) as session:
            yield ScyllaAuthorTimeline(
                session, self.clock, cap=self.cap, filling_seconds=self.filling_seconds
            )

    def reopen(self) -> AbstractAsyncContextManager[AuthorTimeline]:
        """Give another session, as another process has it."""
        return self.open()

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Kill the server, and start it again."""
        return outage()
