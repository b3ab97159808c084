"""Timelines and kept pages: chosen by the address of Valkey, shared by processes."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from instagram_app.container.pages import JsonPages
from instagram_core.accounts.model import UserId
from instagram_core.feed.model import CachedPage, HomePage
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import Post, PostId, PostMedia, PostState, PostStatus, PostView
from instagram_core.testing.factories import account, post_media
from instagram_core.visibility.model import Relationship, Sight
from tests.servers.valkey import valkey
from tests.unit.instagram_app.memory_app import memory_application


def test_two_processes_share_timelines_and_pages(tmp_path: Path) -> None:
    """With the cap and the hours of the settings."""
    reader = UserId(uuid4())
    page = CachedPage(body=b"page", newest=None, versions=(), made_at=0)
    settings = {"valkey_url": valkey(), "feed_timeline_cap": "2", "feed_timeline_hours": "1"}

    async def life() -> None:
        async with (
            memory_application(tmp_path / "one", **settings) as one,
            memory_application(tmp_path / "two", **settings) as two,
        ):
            token = await one.timelines.timelines.begin(reader)
            assert token is not None
            assert await two.timelines.timelines.begin(reader) is None
            await one.timelines.cache.put(reader, "home", page, 60)
            assert await two.timelines.cache.get(reader, "home") == page
            await two.timelines.timelines.drop([reader])

    asyncio.run(life())


def a_view() -> PostView:
    """Give a post with everything in it that a view can hold."""
    author = account(uuid4(), is_private=True, avatar=uuid4().hex, bio="é\n").user
    post = Post(
        id=PostId(uuid4()),
        author_id=author.id,
        caption='"quoted"',
        status=PostStatus.PUBLISHED,
        media=tuple(post_media(uuid4(), uuid4())),
        uploaded_at=1,
        shared_at=2,
    )
    sight = Sight(
        owner=author.id,
        viewer=UserId(uuid4()),
        is_active=True,
        is_private=True,
        relationship=Relationship(following=True),
        is_close_friend=True,
    )
    return PostView(post=post, author=author, state=PostState(sight=sight, like_count=3))


def test_a_kept_page_comes_back_as_it_was() -> None:
    """Every value in it, of the type it had."""
    codec, views = JsonPages(), (a_view(), a_view())
    for page in (Page(views, Position(7, uuid4())), Page[PostView](()), HomePage(views)):
        found = codec.decode(codec.encode(page))
        assert (found.items, found.next) == (page.items, page.next)
    assert isinstance(codec.decode(codec.encode(Page(views))).items[0].post.media[0], PostMedia)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"items":[{}],"next":null}', b"\xff"])
def test_what_is_no_page_is_an_error(body: bytes) -> None:
    """Of another release, or of nobody."""
    with pytest.raises(ValueError, match="no page of this release"):
        JsonPages().decode(body)
