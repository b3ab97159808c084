"""The posts of a hashtag: in order, in full pages, for whom they are."""

from collections.abc import Mapping
from functools import partial

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.feed.ports import HashtagPosts
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.errors import HashtagNotFound
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import Hashtag, PostChange, PostId
from instagram_core.testing.factories import new_post, post_media
from instagram_core.testing.paging import walk
from tests.unit.instagram_core.world import World


async def share(world: World, author: UserId, caption: str = "#sun") -> PostId:
    """Publish a post, a second after the one before."""
    world.clock.advance(1)
    post = PostId(world.ports.ids.new())
    new = new_post(post, author, caption=caption)
    await world.family.posts.add(new, PostSubmitted(post_id=post))
    await world.family.processing.publish(post, post_media(post), world.scene.now)
    return post


async def found(
    world: World, viewer: UserId | None = None, tag: str = "sun", limit: int = 2
) -> list[PostId]:
    """Walk through all pages; they are checked to be full while there is more."""
    views = await walk(partial(world.services.feed.hashtags.page, viewer, tag), limit)
    return [view.post.id for view in views]


async def test_everybody_finds_public_posts_newest_first(world: World) -> None:
    """However the hashtag is spelled, also without a session."""
    one, two = await world.scene.users(2)
    posts = [await share(world, author, "#Straße") for author in (one, two, one, one)][::-1]
    await share(world, two, "#other")

    for tag in ("straße", "STRASSE"):
        for viewer in (one, None):
            assert await found(world, viewer, tag) == posts


@pytest.mark.parametrize("tag", ["", "#sun", "a b", "2026", "a" * 101])
async def test_what_can_be_no_hashtag_is_not_found(world: World, tag: str) -> None:
    """Before anything is read."""
    with pytest.raises(HashtagNotFound):
        await world.services.feed.hashtags.page(None, tag, None, 20)


async def test_a_hashtag_that_nobody_used_is_empty(world: World) -> None:
    """It may be used tomorrow."""
    assert await world.services.feed.hashtags.page(None, "sun", None, 20) == Page(())


async def test_an_edit_counts_at_once(world: World) -> None:
    """Through the use case of the author."""
    author = await world.scene.user()
    post = await share(world, author)

    await world.services.posts.posting.edit(author, post, PostChange(caption="#sea"))

    assert await found(world) == []
    assert await found(world, tag="sea") == [post]


async def test_pages_stay_full_past_what_is_hidden(world: World) -> None:
    """Of private, blocked and muted people."""
    viewer, blocked, muted, public = await world.scene.users(4)
    private, followed = [await world.scene.user(is_private=True) for _ in range(2)]
    await world.scene.follow(viewer, followed)
    await world.services.graph.blocking.block(viewer, blocked)
    await world.services.graph.personal.put(PersonalList.MUTES, viewer, muted)
    shown = []
    for author in (blocked, public, muted, private, followed, viewer) * 4:
        post = await share(world, author)
        shown += [post] if author in {public, followed, viewer} else []

    for limit in (1, 2, 5, 20):
        assert await found(world, viewer, limit=limit) == shown[::-1]


class Everything(HashtagPosts):
    """Hides nothing, as if everything happened after it had looked."""

    def __init__(self, posts: Mapping[PostId, FeedEntry]) -> None:
        """Show these, the newest first."""
        self._entries = list(posts.values())
        self.reads = 0

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        """Give all entries."""
        self.reads += 1
        rows = [e for e in self._entries if after is None or e.position < after]
        more = rows[limit - 1].position if len(rows) > limit else None
        return Page(tuple(rows[:limit]), more)


async def everything(world: World, *authors: UserId) -> Everything:
    """Let people share a post each, and give a truth that shows them all."""
    posts = {}
    for author in authors:
        post = await share(world, author)
        position = Position(world.scene.now, post)
        posts[post] = FeedEntry(position=position, author_id=author)
    return Everything(dict(reversed(posts.items())))


async def test_what_changes_in_the_very_moment_is_hidden_and_the_page_is_full(
    world: World,
) -> None:
    """A mute, a block, a switch of privacy, a deletion: the policy is asked again."""
    viewer, muted, blocking, private, public = await world.scene.users(5)
    truth = await everything(world, public, public, muted, blocking, private, public, public)
    world = world.rebuilt(hashtag_posts=truth)
    shown = await world.family.posts.page(public, None, 10)
    await world.family.posts.delete(shown.items[0])
    await world.services.graph.personal.put(PersonalList.MUTES, viewer, muted)
    await world.services.graph.blocking.block(blocking, viewer)
    await world.scene.set_private(private, is_private=True)

    assert await found(world, viewer, limit=2) == list(shown.items[1:])


async def test_a_page_that_cannot_be_filled_goes_on_from_the_last_post_scanned(
    world: World,
) -> None:
    """Reads are bounded, and nothing is lost between two requests."""
    viewer, muted, public = await world.scene.users(3)
    truth = await everything(world, public, *[muted] * 20)
    world = world.rebuilt(hashtag_posts=truth)
    await world.services.graph.personal.put(PersonalList.MUTES, viewer, muted)

    page = await world.services.feed.hashtags.page(viewer, "sun", None, 2)
    assert (page.items, truth.reads) == ((), 8)
    after = page.next
    page = await world.services.feed.hashtags.page(viewer, "sun", after, 2)

    assert [view.author.id for view in page.items] == [public]
    assert page.next is None
