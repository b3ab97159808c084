"""What a reader was shown, and whether that is right."""

import json
from collections.abc import Collection, Sequence

import attrs

from instagram_core.feed.model import HomePage
from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostId


@attrs.frozen(kw_only=True)
class Shown:
    """A post as it was shown."""

    position: Position
    caption: str
    is_liked: bool

    @property
    def post(self) -> PostId:
        """Give the post."""
        return PostId(self.position.id)


@attrs.frozen(kw_only=True)
class Answer:
    """A page of a home feed."""

    posts: tuple[Shown, ...]
    next: Position | None

    @classmethod
    def of(cls, page: HomePage) -> "Answer":
        """Take what readers see of a page."""
        posts = []
        for view in page.items:
            position = view.post.position
            assert position is not None, "a feed shows what is not published"
            posts.append(
                Shown(position=position, caption=view.post.caption, is_liked=view.state.is_liked)
            )
        return cls(posts=tuple(posts), next=page.next)

    def encoded(self) -> bytes:
        """Give the bytes that a cache keeps."""
        posts = [[bytes(each.position).hex(), each.caption, each.is_liked] for each in self.posts]
        return json.dumps([posts, self.next and bytes(self.next).hex()]).encode()

    @classmethod
    def decoded(cls, body: bytes) -> "Answer":
        """Give the answer that bytes were made of."""
        posts, after = json.loads(body)
        return cls(
            posts=tuple(
                Shown(position=_position(at), caption=caption, is_liked=is_liked)
                for at, caption, is_liked in posts
            ),
            next=None if after is None else _position(after),
        )


@attrs.frozen(kw_only=True)
class Expected:
    """What a read may show and what it must."""

    allowed: Collection[PostId]
    """Nobody else's, nothing else: what belongs to the reader's home now."""
    required: Collection[Position]
    """What was there before, told to everybody long enough ago."""


def check_page(answer: Answer, after: Position | None, limit: int, expected: Expected) -> None:
    """AssertionError when a page is out of order or of size, shows too much or lacks something."""
    shown = [each.position for each in answer.posts]
    _check_order(shown, after, answer.next)
    assert len(shown) <= limit, f"{len(shown)} posts on a page of {limit}"
    is_last = answer.next is None
    assert is_last or len(shown) == limit, f"more follows a page of {len(shown)} of {limit}"
    secret = [place for place in shown if place.id not in expected.allowed]
    assert not secret, f"shown although not the reader's to see: {secret}"
    missing = [
        place
        for place in expected.required
        if (after is None or place < after)
        and (answer.next is None or place >= answer.next)
        and place not in shown
    ]
    assert not missing, f"missing although told long ago: {missing}, shown: {shown}"


def _check_order(
    shown: Sequence[Position], after: Position | None, following: Position | None
) -> None:
    assert shown == sorted(set(shown), reverse=True), f"not in order, or twice: {shown}"
    if after is not None:
        assert all(place < after for place in shown), f"at or above {after}: {shown}"
        assert following is None or following < after, "the cursor does not lead on"
    if following is not None:
        assert all(place >= following for place in shown), f"below the cursor: {shown}"


def _position(text: str) -> Position:
    return Position.from_bytes(bytes.fromhex(text))
