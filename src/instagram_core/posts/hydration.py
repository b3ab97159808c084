"""From ids to posts as one viewer sees them, in one round trip's time whatever the number."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId, PostState, PostView, SharedPost
from instagram_core.posts.policy import may_see_post
from instagram_core.posts.ports import PostRepository, ViewerState


class PostHydrator:
    """Reads the viewer's state and what is not at hand, side by side, and asks the policy.

    What is the same for every viewer is held in the process. It is shown only when the state, which
    is read each time, names its revision: a change by anybody anywhere shows at once.
    """

    HELD: ClassVar[int] = 10_000
    """Posts held unless told otherwise, of some two kilobytes each."""

    def __init__(
        self, *, posts: PostRepository, states: ViewerState, held: int | None = None
    ) -> None:
        """Work on these, holding up to `held` posts; 0: none."""
        self._posts = posts
        self._states = states
        self._held = _Held(self.HELD if held is None else held)

    async def views(self, viewer: UserId | None, posts: Sequence[PostId]) -> tuple[PostView, ...]:
        """Give those posts that the viewer may see, in the order asked for."""
        if not posts:
            return ()
        return tuple(
            PostView(post=shared.post, author=shared.author, state=state)
            for shared, state in await self._read(viewer, posts)
            if shared is not None
            and state is not None
            and may_see_post(viewer, shared.post, state.sight)
        )

    async def view(self, viewer: UserId | None, post: PostId) -> PostView:
        """Give one post; PostNotFound when it is not there or not for this viewer."""
        views = await self.views(viewer, [post])
        if not views:
            raise PostNotFound
        return views[0]

    async def _read(
        self, viewer: UserId | None, posts: Sequence[PostId]
    ) -> list[tuple[SharedPost | None, PostState | None]]:
        # To look an id up is dear, as ids go: each is looked up once in what is held, and once
        # among the states.
        held = list(map(self._held.get, posts))
        absent = [post for post, shared in zip(posts, held, strict=True) if shared is None]
        if absent:
            fresh, states = await asyncio.gather(
                self._fresh(absent), self._states.states(viewer, posts)
            )
        else:
            fresh, states = {}, await self._states.states(viewer, posts)
        read = list(zip(posts, held, map(states.get, posts), strict=True))
        moved = {post for post, shared, state in read if _has_moved(shared, state)}
        if moved:
            fresh = {**fresh, **await self._fresh(moved)}
        return [
            (fresh.get(post) if shared is None or (moved and post in moved) else shared, state)
            for post, shared, state in read
        ]

    async def _fresh(self, posts: Collection[PostId]) -> Mapping[PostId, SharedPost]:
        found = await self._posts.get_many(posts)
        self._held.keep(found)
        return found


def _has_moved(shared: SharedPost | None, state: PostState | None) -> bool:
    return shared is not None and state is not None and shared.revision != state.revision


class _Held:
    """The posts asked for last, up to a number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._posts = OrderedDict[PostId, SharedPost]()

    def get(self, post: PostId) -> SharedPost | None:
        """Give a post if it is here."""
        found = self._posts.get(post)
        if found is not None:
            self._posts.move_to_end(post)
        return found

    def keep(self, found: Mapping[PostId, SharedPost]) -> None:
        """Take these in, letting go of those not asked for the longest."""
        for post, shared in found.items():
            self._posts[post] = shared
            self._posts.move_to_end(post)
        while len(self._posts) > self._most:
            self._posts.popitem(last=False)
