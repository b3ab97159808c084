"""A process of its own that adds posts to one author's list, as fast as it can.

`python -m tests.contract.scylla.writing HOST:PORT KEYSPACE AUTHOR FIRST COUNT` prints each post's
number once its addition was acknowledged.
"""

import asyncio
import sys
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Position
from instagram_scylla.authors import ScyllaAuthorTimeline
from instagram_scylla.connection import ScyllaSettings
from instagram_scylla.session import ScyllaSession


def numbered(author: UserId, number: int) -> FeedEntry:
    """Give the post of a number; several share a time."""
    return FeedEntry(position=Position(number // 3, UUID(int=number)), author_id=author)


async def main(address: str, keyspace: str, author: str, first: str, count: str) -> None:
    """Add posts, each until it is acknowledged, up to eight at once."""
    host, port = address.rsplit(":", 1)
    settings = ScyllaSettings(hosts=((host, int(port)),), keyspace=keyspace)
    turns = asyncio.Semaphore(8)
    async with ScyllaSession.open(settings) as session:
        store = ScyllaAuthorTimeline(session, SystemClock())

        async def add(number: int) -> None:
            async with turns:
                while True:
                    try:
                        await store.add(numbered(UserId(UUID(author)), number))
                    except AdapterUnavailable:
                        await asyncio.sleep(0.01)
                    else:
                        print(number, flush=True)  # noqa: T201 - read by the test
                        return

        await asyncio.gather(*(add(int(first) + number) for number in range(int(count))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
