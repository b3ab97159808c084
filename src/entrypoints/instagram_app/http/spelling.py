"""Posts as JSON: what is the same for everybody is spelled out once a moment."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import ClassVar

import msgspec

from instagram_app.http import shapes
from instagram_app.http.answers import encode
from instagram_app.http.links import Links
from instagram_core.accounts.model import User
from instagram_core.posts.model import Post, PostView

_Head = tuple[Post, User, bytes]
"""The values that were spelled, and how."""


class PostSpelling:
    """Joins what of a post everybody sees, encoded before, and what only its viewer does.

    The former is known by the very values it was spelled from: hydration gives the same ones to all
    readers for as long as nothing about the post changes. Addresses are new every moment, and all
    of it with them; they begin with an origin, so each has heads of its own.
    """

    KEPT: ClassVar[int] = 8192
    """Posts of all origins, of which a client may name any; one takes one or two kilobytes."""

    def __init__(self, links: Links) -> None:
        """Keep what was spelled for as long as a moment of `links`."""
        self._links = links
        self._moment = 0
        self._heads: defaultdict[str, dict[int, _Head]] = defaultdict(dict)

    def of(
        self,
        views: Iterable[PostView],
        origin: str,
        shared: Callable[[PostView], shapes.SharedPost],
    ) -> list[msgspec.Raw]:
        """Give posts in the order they come; `shared` is asked for what is not there yet."""
        heads = self._of_this_moment(origin)
        spelled = []
        for view in views:
            post, state = view.post, view.state
            # Values that are kept stay where they are, so nothing else is found in their place.
            head = heads.get(id(post))
            if head is None or head[0] is not post or head[1] is not view.author:
                text = encode(shared(view)).removesuffix(b"}") + b","
                head = heads[id(post)] = (post, view.author, text)
            tail = _tail(state.like_count, state.comment_count, state.is_liked, state.is_saved)
            spelled.append(msgspec.Raw(head[2] + tail))
        return spelled

    def _of_this_moment(self, origin: str) -> dict[int, _Head]:
        moment = self._links.moment()
        kept = len(self._heads) + sum(map(len, self._heads.values()))
        if moment != self._moment or kept > self.KEPT:
            self._moment = moment
            self._heads.clear()
        return self._heads[origin]


@lru_cache(8192)
def _tail(
    like_count: int,
    comment_count: int,
    is_liked: bool,  # noqa: FBT001 - keys of a cache are positional
    is_saved: bool,  # noqa: FBT001 - as above
) -> bytes:
    rest = shapes.PostState(
        like_count=like_count, comment_count=comment_count, is_liked=is_liked, is_saved=is_saved
    )
    return encode(rest).removeprefix(b"{")
