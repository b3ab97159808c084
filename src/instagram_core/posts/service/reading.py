"""Posts as one viewer may see them."""

import asyncio

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position, filled
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostId, PostView
from instagram_core.posts.ports import PostRepository
from instagram_core.visibility.policy import may_see_content, may_see_profile
from instagram_core.visibility.ports import SightReader


class PostReading:
    """Shows posts."""

    def __init__(
        self, *, posts: PostRepository, hydrator: PostHydrator, sights: SightReader
    ) -> None:
        """Work on these."""
        self._posts = posts
        self._hydrator = hydrator
        self._sights = sights

    async def post(self, viewer: UserId | None, post: PostId) -> PostView:
        """Give one post.

        PostNotFound when it is not there, not published (but to its author), or not visible.
        """
        return await self._hydrator.view(viewer, post)

    async def of_author(
        self, viewer: UserId | None, author: UserId, after: Position | None, limit: int
    ) -> Page[PostView]:
        """Give somebody's published posts, newest first.

        - UserNotFound when the profile's content is not for this viewer.
        - For the blocker of the author the page is empty: they may still see the profile.
        - Pages are full while there is more, also when posts vanish in the very moment; the cursor
          goes on from the last post scanned.
        - Two round trips, whatever the page holds.
        """

        async def read(after: Position | None, limit: int) -> Page[PostView]:
            page = await self._posts.page(author, after, limit)
            return Page(await self._hydrator.views(viewer, page.items), page.next)

        sights, page = await asyncio.gather(
            self._sights.sights(viewer, [author]), filled(read, after, limit)
        )
        sight = sights.get(author)
        if sight is not None and may_see_profile(sight) and sight.relationship.blocking:
            return Page(())
        if sight is None or not may_see_content(sight):
            raise UserNotFound
        return page
