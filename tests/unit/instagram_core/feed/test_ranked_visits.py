"""Whatever happens between its pages, a visit to the ranked feed shows every post once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.assembly import assemble
from instagram_core.feed.model import FeedRules, PushRule, RankRules
from instagram_core.graph.errors import NotListedError
from instagram_core.graph.model import PersonalList
from instagram_core.posts.model import PostId
from tests.unit.instagram_core.feed.hybrid import CAP, Hybrid, new_hybrid

AUTHORS = 3
ACTS = ["share", "like", "delete", "mute", "unmute", "unfollow", "visit", "flush", "settle", "wait"]
# What one does between two pages: with whom, and with which of their posts.
between = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, AUTHORS), st.integers(0, 9)), max_size=3
)


@attrs.define
class Visit:
    """Somebody who reads a feed, whose own posts are the last author's."""

    hybrid: Hybrid
    reader: UserId
    authors: Sequence[UserId]
    posts: dict[UserId, list[PostId]]
    hidden: set[UserId] = attrs.field(factory=set)
    """Whose posts were hidden at any time since the visit began."""
    deleted: set[PostId] = attrs.field(factory=set)

    async def act(self, act: str, number: int, place: int) -> None:
        """Do something with somebody, or with a post of theirs."""
        author, feed = self.authors[number], self.hybrid.services.feed
        match act:
            case "mute" | "unmute" | "unfollow":
                await self._turn_away(act, author)
            case "like" | "delete":
                await self._touch(act, author, place)
            case "share":
                self.posts[author] += await self.hybrid.share(author)
            case "visit":
                feed.visits.seen(self.reader, author)
                await feed.visits.idle()
            case "flush":
                await self.hybrid.stores.timelines.drop([self.reader])
            case "settle":
                await self.hybrid.settle()
            case _:
                self.hybrid.world.clock.advance(60 * place)

    async def _turn_away(self, act: str, author: UserId) -> None:
        if author == self.reader:
            return
        graph = self.hybrid.services.graph
        if act == "unmute":
            with suppress(NotListedError):
                await graph.personal.remove(PersonalList.MUTES, self.reader, author)
            return
        self.hidden.add(author)
        if act == "mute":
            await graph.personal.put(PersonalList.MUTES, self.reader, author)
        else:
            await graph.following.unfollow(self.reader, author)

    async def _touch(self, act: str, author: UserId, place: int) -> None:
        posts = [each for each in self.posts[author] if each not in self.deleted]
        if not posts:
            return
        post = posts[place % len(posts)]
        if act == "like":
            await self.hybrid.services.likes.like(self.reader, post)
        else:
            self.deleted.add(post)
            await self.hybrid.services.posts.posting.delete(author, post)


async def begun(many: int) -> Visit:
    """Give somebody with a feed of so many posts, of three people and themself in turn."""
    hybrid = new_hybrid()
    rank = RankRules(candidates=6, half_life_hours=0.01)
    feed = FeedRules(push=PushRule(pulled_from=3), timeline_cap=CAP, rank=rank)
    ports = attrs.evolve(hybrid.ports, feed=feed)
    hybrid = attrs.evolve(hybrid, ports=ports, services=assemble(ports))
    reader, *others = await hybrid.world.scene.users(1 + AUTHORS)
    await hybrid.follow(reader, *others)
    authors = [*others, reader]
    posts: dict[UserId, list[PostId]] = {author: [] for author in authors}
    for number in range(many):
        author = authors[number % len(authors)]
        posts[author] += await hybrid.share(author)
    return Visit(hybrid=hybrid, reader=reader, authors=authors, posts=posts)


async def walked(many: int, limit: int, program: Sequence[Sequence[tuple[str, int, int]]]) -> None:
    """Read a feed to its end, with something done behind each page."""
    visit = await begun(many)
    at_first = {post: author for author, posts in visit.posts.items() for post in posts}
    steps, found, after = iter(program), list[PostId](), None
    while True:
        page = await visit.hybrid.services.feed.ranked.page(visit.reader, after, limit)
        found += [view.post.id for view in page.items]
        shown = {view.post.id for view in page.items}
        assert not shown & visit.deleted
        if page.next is None:
            break
        assert len(page.items) == limit
        assert after is None or page.next < after
        after = page.next
        for act in next(steps, ()):
            await visit.act(*act)
    expected = {
        post
        for post, author in at_first.items()
        if post not in visit.deleted and author not in visit.hidden
    }
    assert len(found) == len(set(found))
    assert expected <= set(found) <= set(at_first)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 16), st.integers(1, 5), st.lists(between, max_size=8))
def test_every_post_is_shown_once_whatever_happens_meanwhile(
    many: int, limit: int, program: list[list[tuple[str, int, int]]]
) -> None:
    """What was there at first and was never hidden; nothing that came since; in full pages."""
    asyncio.run(walked(many, limit, program))
