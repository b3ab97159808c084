"""Reading the posts of a hashtag."""

from instagram_core.accounts.model import UserId
from instagram_core.feed.ports import HashtagPosts
from instagram_core.kernel.paging import Page, Position, filled
from instagram_core.posts.hashtags import hashtag_of
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostStatus, PostView
from instagram_core.visibility.policy import may_come_across


class HashtagPages:
    """Shows what everybody wrote about one thing, as far as it is for the one who looks."""

    def __init__(self, *, posts: HashtagPosts, hydrator: PostHydrator) -> None:
        """Work on these."""
        self._posts = posts
        self._hydrator = hydrator

    async def page(
        self, viewer: UserId | None, tag: str, after: Position | None, limit: int
    ) -> Page[PostView]:
        """Give published posts with a hashtag, newest first; it is given without its sign.

        - A hashtag is letters, marks, digits and underscores in any writing, not digits alone, up
          to 100 code points. Its case does not count. HashtagNotFound for anything else; one that
          nobody used has no posts.
        - Public accounts are for everybody, also without a session; private ones for themselves
          and their accepted followers. Muted and blocked people are left out, and who blocks one.
        - A post has the first thirty hashtags of its caption; an edited caption counts at once.
        - Pages are full while there is more, unless thousands of posts in a row are hidden from
          the one who looks; the cursor goes on from the last post scanned.
        - Two round trips, whatever the page holds, unless posts were hidden.
        """
        named = hashtag_of(tag)

        async def read(after: Position | None, limit: int) -> Page[PostView]:
            page = await self._posts.page(named, viewer, after, limit)
            views = await self._hydrator.views(viewer, [entry.post_id for entry in page.items])
            return Page(tuple(view for view in views if _is_shown(view)), page.next)

        return await filled(read, after, limit)


def _is_shown(view: PostView) -> bool:
    return view.post.status is PostStatus.PUBLISHED and may_come_across(view.state.sight)
