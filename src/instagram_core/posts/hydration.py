"""From ids to posts as one viewer sees them, in two round trips whatever the number."""

import asyncio
from collections.abc import Sequence

from instagram_core.accounts.model import UserId
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId, PostView
from instagram_core.posts.policy import may_see_post
from instagram_core.posts.ports import PostRepository, ViewerState


class PostHydrator:
    """Reads shared posts and the viewer's state side by side, and asks the visibility policy."""

    def __init__(self, *, posts: PostRepository, states: ViewerState) -> None:
        """Work on these."""
        self._posts = posts
        self._states = states

    async def views(self, viewer: UserId | None, posts: Sequence[PostId]) -> tuple[PostView, ...]:
        """Give those posts that the viewer may see, in the order asked for."""
        if not posts:
            return ()
        shared, states = await asyncio.gather(
            self._posts.get_many(posts), self._states.states(viewer, posts)
        )
        found = (
            PostView(post=shared[post].post, author=shared[post].author, state=states[post])
            for post in posts
            if post in shared and post in states
        )
        return tuple(view for view in found if may_see_post(viewer, view.post, view.state.sight))

    async def view(self, viewer: UserId | None, post: PostId) -> PostView:
        """Give one post; PostNotFound when it is not there or not for this viewer."""
        views = await self.views(viewer, [post])
        if not views:
            raise PostNotFound
        return views[0]
