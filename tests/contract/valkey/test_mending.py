"""Timelines on Valkey are compared with the truth in PostgreSQL while posts are pushed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import TimelineFamily
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.service import Comparison
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.testing.clocks import ManualClock
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.family import postgres_family
from instagram_valkey.feed.authors import ValkeyAuthorTimeline
from instagram_valkey.feed.cache import ValkeyFeedCache
from instagram_valkey.feed.entries import member_of
from instagram_valkey.feed.timelines import ValkeyTimelineStore
from tests.contract.valkey.opening import OnValkey
from tests.servers.postgres import wheel_databases
from tests.unit.instagram_core.feed.spoiling import MINUTE, Kept

CAP = 300
_LOSE = """
local lost = 0
for _, key in ipairs(redis.call('KEYS', '*')) do
  if string.sub(key, -16) == ARGV[1] and redis.call('TYPE', key).ok == 'list' then
    lost = lost + redis.call('LREM', key, 1, ARGV[2])
  end
end
return lost
"""


class Servers(OnValkey):
    """An empty database, and keys that nobody else has."""

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[Kept]:
        """Give people on both servers."""
        clock = ManualClock()
        ids = UuidV7Generator(clock)
        url = await wheel_databases().fresh()
        async with PostgresDatabase.open(url) as database, self.opened() as client:
            stores = TimelineFamily(
                timelines=ValkeyTimelineStore(client, cap=CAP),
                authors=ValkeyAuthorTimeline(client, cap=CAP),
                cache=ValkeyFeedCache(client),
            )
            yield Kept(postgres_family(database, clock, ids), stores, clock, ids, cap=CAP)

    async def lose(self, owner: UserId, entry: FeedEntry) -> None:
        """Take an entry out of somebody's only list, as nothing of ours ever would."""
        assert await self.client.call("EVAL", _LOSE, 0, owner.bytes, member_of(entry)) == 1


async def people(kept: Kept) -> tuple[list[UserId], list[UserId]]:
    """Give authors, one of them pulled, and their readers with timelines."""
    authors = list(await kept.scene.users(3))
    readers = [await kept.follower(*authors) for _ in range(5)]
    await kept.cross(authors[2])
    for author in authors:
        await kept.posts(author, 10)
    for reader in readers:
        await kept.build(reader)
    await kept.fill(authors[2])
    return authors, readers


async def test_what_is_lost_is_reported_and_mended() -> None:
    """In a timeline, and in the list of an author who is pulled."""
    servers = Servers()
    async with servers.kept() as kept:
        authors, readers = await people(kept)
        held = await kept.held(readers[1])
        assert held is not None
        pushed = next(each for each in held if each.author_id == authors[0])
        (pulled, *_) = (await kept.family.followed_posts.of_authors(authors, 1))[authors[2]].items
        assert await kept.faults(dry_run=False) == []

        await servers.lose(readers[1], pushed)
        await servers.lose(readers[2], pulled)  # who looks for it in the list
        await servers.lose(authors[2], pulled)
        expected = [
            Comparison(owner=readers[1], missing=(pushed,)),
            Comparison(owner=authors[2], missing=(pulled,)),
        ]
        assert await kept.faults(dry_run=True) == expected
        assert await kept.faults(dry_run=False) == expected
        assert await kept.faults(dry_run=False) == []

        assert await kept.held(readers[1]) is None
        await kept.build(readers[1])
        assert await kept.held(readers[1]) == held
        window = (await kept.stores.authors.recent([authors[2]], None, CAP))[authors[2]]
        assert pulled in window.entries


@pytest.mark.parametrize("age", [0, 2 * MINUTE])
async def test_two_hundred_posts_meanwhile_are_no_fault(age: int) -> None:
    """New ones, and imported ones that take their place among the old."""
    async with Servers().kept() as kept:
        authors, readers = await people(kept)
        arrived = asyncio.Event()

        async def publish() -> None:
            for number, author in zip(range(200), cycle(authors), strict=False):
                (post,) = await kept.posts(author, 1, age - number)
                await kept.push(post)
            arrived.set()

        async def wait(_: float) -> None:
            await arrived.wait()

        kept.pause = wait
        publishing = asyncio.create_task(publish())
        walks, faults = 0, []
        while not publishing.done():
            faults += await kept.faults(dry_run=True)
            walks += 1
        await publishing

        assert walks > 0
        assert faults == []
        assert await kept.faults(dry_run=True) == []
        assert len(await kept.held(readers[0]) or ()) == 3 * 10 + 200


async def test_a_server_that_is_away_ends_the_walk() -> None:
    """Nothing is taken for missing because it cannot be read."""
    servers = Servers()
    async with servers.kept() as kept:
        await people(kept)
        await servers.way.cut()

        with pytest.raises(AdapterUnavailable):
            await kept.faults(dry_run=False)
