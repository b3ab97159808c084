"""Timelines and kept pages: chosen by the address of Valkey, shared by processes."""

import asyncio
from pathlib import Path
from uuid import uuid4

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, PageBasis
from tests.servers.valkey import valkey
from tests.unit.instagram_app.memory_app import memory_application


def test_two_processes_share_timelines_and_pages(tmp_path: Path) -> None:
    """With the cap and the hours of the settings."""
    reader = UserId(uuid4())
    settings = {"valkey_url": valkey(), "feed_timeline_cap": "2", "feed_timeline_hours": "1"}

    async def life() -> None:
        async with (
            memory_application(tmp_path / "one", **settings) as one,
            memory_application(tmp_path / "two", **settings) as two,
        ):
            token = await one.timelines.timelines.begin(reader)
            assert token is not None
            assert await two.timelines.timelines.begin(reader) is None
            moment = (await one.timelines.cache.look(reader, "home")).moment
            basis = PageBasis(moment=moment, names=frozenset({"reader:1"}), top=b"top")
            page = CachedPage(body=b"page", basis=basis, made_at=1)
            await one.timelines.cache.put(reader, "home", page, 60)
            assert (await two.timelines.cache.look(reader, "home")).page == page
            await two.timelines.cache.bump(["reader:1"])
            assert (await one.timelines.cache.look(reader, "home")).page is None
            await two.timelines.timelines.drop([reader])

    asyncio.run(life())
