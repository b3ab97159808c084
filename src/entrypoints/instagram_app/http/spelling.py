"""Posts as JSON: what is the same for everybody is spelled out once a moment."""

from collections.abc import Callable, Hashable, Iterable
from typing import ClassVar

import msgspec

from instagram_app.http import shapes
from instagram_app.http.answers import encode
from instagram_app.http.links import Links
from instagram_core.posts.model import PostId, PostView


class PostSpelling:
    """Joins what of a post everybody sees, encoded before, and what only its viewer does.

    The former is known by the revision that was read together with the latter, and by the origin
    that addresses begin with. Addresses are new every moment, and all of it with them.
    """

    KEPT: ClassVar[int] = 8192
    """Posts; one takes one or two kilobytes."""

    def __init__(self, links: Links) -> None:
        """Keep what was spelled for as long as a moment of `links`."""
        self._links = links
        self._moment = 0
        self._heads: dict[tuple[PostId, Hashable, str], bytes] = {}

    def of(
        self,
        views: Iterable[PostView],
        origin: str,
        shared: Callable[[PostView], shapes.SharedPost],
    ) -> list[msgspec.Raw]:
        """Give posts in the order they come; `shared` is asked for what is not there yet."""
        moment = self._links.moment()
        if moment != self._moment or len(self._heads) > self.KEPT:
            self._moment = moment
            self._heads.clear()
        return [msgspec.Raw(self._head(view, origin, shared) + _tail(view)) for view in views]

    def _head(
        self, view: PostView, origin: str, shared: Callable[[PostView], shapes.SharedPost]
    ) -> bytes:
        revision = view.state.revision
        key = (view.post.id, revision, origin)
        head = self._heads.get(key)
        if head is None:
            head = encode(shared(view)).removesuffix(b"}") + b","
            if revision is not None:
                self._heads[key] = head
        return head


def _tail(view: PostView) -> bytes:
    state = view.state
    rest = shapes.PostState(
        like_count=state.like_count,
        comment_count=state.comment_count,
        is_liked=state.is_liked,
        is_saved=state.is_saved,
    )
    return encode(rest).removeprefix(b"{")
