"""Wrong truths of hashtags."""

from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.memory.visibility import sight
from instagram_core.posts.hashtags import hashtags_in
from instagram_core.posts.model import Hashtag, Post
from instagram_core.testing.contracts.feed import HashtagPostsContract
from instagram_core.visibility.model import Sight
from instagram_core.visibility.policy import may_come_across
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

hashtags = Mutants(HashtagPostsContract, "hashtag_posts")


class _Found(Around):
    """Finds posts its own way."""

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        async with self.tables() as tables:
            found = []
            for row in list(tables.posts.values()):
                seen = sight(tables, viewer, row.post.author_id)
                is_shown = seen is not None and self.shows(seen)
                if is_shown and self.has(row.post, tag) and self.position(row.post) is not None:
                    found.append(row.post)
        rows = [
            (at, FeedEntry(position=at, author_id=post.author_id))
            for post in found
            if (at := self.position(post)) is not None
        ]
        return self.cut(sorted(rows, key=lambda row: row[0], reverse=True), after, limit)

    def shows(self, seen: Sight) -> bool:
        return may_come_across(seen)

    def has(self, post: Post, tag: Hashtag) -> bool:
        return tag in hashtags_in(post.caption)

    def position(self, post: Post) -> Position | None:
        return post.position

    def cut(
        self, rows: list[tuple[Position, Any]], after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        return cut(rows, after, limit, inclusive=False)


@hashtags.caught_by("test_posts_are_found_by_each_of_their_hashtags")
class HashtagsAreSubstrings(_Found):
    """Searches the caption as it stands."""

    def has(self, post: Post, tag: Hashtag) -> bool:
        return f"#{tag}" in post.caption.casefold()


@hashtags.caught_by("test_hashtags_of_every_script_are_found")
class HashtagsAreAscii(_Found):
    """Knows letters of one script."""

    def has(self, post: Post, tag: Hashtag) -> bool:
        return tag.isascii() and super().has(post, tag)


@hashtags.caught_by("test_posts_are_in_order_over_all_authors")
class HashtagsHaveInclusiveCursor(_Found):
    """Repeats the last post of a page."""

    def cut(
        self, rows: list[tuple[Position, Any]], after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        return cut(rows, after, limit, inclusive=True)


@hashtags.caught_by("test_posts_are_in_order_over_all_authors")
class HashtagsGoAuthorByAuthor(_Found):
    """Does not merge."""

    def cut(
        self, rows: list[tuple[Position, Any]], after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        rows = sorted(rows, key=lambda row: row[1].author_id.bytes)
        return cut(rows, after, limit, inclusive=False)


@hashtags.caught_by("test_only_published_posts_are_found")
class HashtagsShowUploads(_Found):
    """Finds what is processing."""

    def position(self, post: Post) -> Position | None:
        return post.position or Position(post.uploaded_at, post.id)


@hashtags.caught_by("test_an_edited_caption_counts_at_once")
class HashtagsStayAsWritten(_Found):
    """Reads a caption once."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.read: dict[Any, str] = {}

    def has(self, post: Post, tag: Hashtag) -> bool:
        caption = self.read.setdefault(post.id, post.caption)
        return super().has(attrs.evolve(post, caption=caption), tag)


@hashtags.caught_by("test_private_posts_are_found_by_followers_and_their_author")
class HashtagsShowPrivatePosts(_Found):
    """Forgets privacy."""

    def shows(self, seen: Sight) -> bool:
        return may_come_across(attrs.evolve(seen, is_private=False))


@hashtags.caught_by("test_private_posts_are_found_by_followers_and_their_author")
class HashtagsHidePrivatePosts(_Found):
    """Shows what everybody may see, and nothing else."""

    def shows(self, seen: Sight) -> bool:
        return may_come_across(seen) and not seen.is_private


@hashtags.caught_by("test_a_switch_of_privacy_counts_at_once")
class HashtagsRememberPrivacy(_Found):
    """Takes an account for what it was when it was seen first."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.known: dict[UserId, bool] = {}

    def shows(self, seen: Sight) -> bool:
        is_private = self.known.setdefault(seen.owner, seen.is_private)
        return may_come_across(attrs.evolve(seen, is_private=is_private))


@hashtags.caught_by("test_a_block_hides_both_ways")
class HashtagsShowTheBlocker(_Found):
    """Blocks one way."""

    def shows(self, seen: Sight) -> bool:
        return may_come_across(attrs.evolve(seen, blocked_by=False))


@hashtags.caught_by("test_the_muted_are_hidden_from_whoever_muted_them")
class HashtagsShowTheMuted(_Found):
    """Takes a hashtag for a direct visit."""

    def shows(self, seen: Sight) -> bool:
        between = attrs.evolve(seen.relationship, muting=False)
        return may_come_across(attrs.evolve(seen, relationship=between))


@hashtags.caught_by("test_the_muted_are_hidden_from_whoever_muted_them")
class HashtagsHideTheMutedFromAll(Around):
    """Takes anybody's mute for the viewer's."""

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        async with self.tables() as tables:
            muted = {row[2] for row in tables.lists if row[0] is PersonalList.MUTES}
        page: Page[FeedEntry] = await self.right.page(tag, viewer, None, 1000)
        rows = [(e.position, e) for e in page.items if e.author_id not in muted]
        return cut(rows, after, limit, inclusive=False)


@hashtags.caught_by("test_who_is_not_active_is_not_found")
class HashtagsShowTheSuspended(_Found):
    """Takes everybody for active."""

    def shows(self, seen: Sight) -> bool:
        return may_come_across(attrs.evolve(seen, is_active=True))


@hashtags.caught_by("test_pages_join_whatever_is_hidden_between")
class HashtagsShortenPages(_Found):
    """Hides after cutting the page."""

    def shows(self, seen: Sight) -> bool:
        return True

    async def page(
        self, tag: Hashtag, viewer: UserId | None, after: Position | None, limit: int
    ) -> Page[FeedEntry]:
        page = await super().page(tag, viewer, after, limit)
        shown = set((await self.right.page(tag, viewer, None, 1000)).items)
        return Page(tuple(entry for entry in page.items if entry in shown), page.next)
