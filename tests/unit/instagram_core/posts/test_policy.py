"""Who may see a post, and what its texts may be."""

import itertools
from collections.abc import Callable
from uuid import UUID

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import InvalidError
from instagram_core.posts.model import Post, PostId, PostStatus
from instagram_core.posts.policy import (
    checked_alt_text,
    checked_caption,
    checked_location,
    checked_media_count,
    may_see_post,
)
from instagram_core.posts.service import NewPostText
from instagram_core.visibility.model import Relationship, Sight

AUTHOR, OTHER = UserId(UUID(int=1)), UserId(UUID(int=2))
TEXTS = [(checked_caption, "caption", 2200), (checked_location, "location", 100)]
TEXTS += [(checked_alt_text, "alt_text", 1000)]
Check = Callable[[str], str]

VIEWERS = (None, AUTHOR, OTHER)
# The author is active, private, blocks the viewer; the viewer follows, asked, blocks.
FACTS = list(itertools.product([False, True], repeat=6))


@pytest.mark.parametrize("status", list(PostStatus))
def test_a_post_is_seen_by_exactly_those_who_may(status: PostStatus) -> None:
    """Every combination of facts, against the rules written out one after the other."""
    post = Post(id=PostId(UUID(int=3)), author_id=AUTHOR, status=status, uploaded_at=0)

    for viewer, facts in itertools.product(VIEWERS, FACTS):
        is_active, is_private, blocked_by, following, requested, blocking = facts
        sight = Sight(
            owner=AUTHOR,
            viewer=viewer,
            is_active=is_active,
            is_private=is_private,
            blocked_by=blocked_by,
            relationship=Relationship(following=following, requested=requested, blocking=blocking),
        )
        if not is_active or blocked_by or blocking:
            expected = False  # nobody sees who is gone, or across a block
        elif viewer == AUTHOR:
            expected = True  # one's own, in any status
        elif status is not PostStatus.PUBLISHED:
            expected = False  # until published it is its author's alone
        else:
            expected = following or not is_private  # asking is not enough

        assert may_see_post(viewer, post, sight) is expected, sight


def test_only_follow_and_block_decide_not_mute_or_friendship() -> None:
    """Muting hides from feeds, not from a direct visit."""
    post = Post(
        id=PostId(UUID(int=3)), author_id=AUTHOR, status=PostStatus.PUBLISHED, uploaded_at=0
    )
    muting = Relationship(muting=True, close_friend=True, followed_by=True)

    for is_private in (False, True):
        sight = Sight(
            owner=AUTHOR,
            viewer=OTHER,
            is_active=True,
            is_private=is_private,
            relationship=muting,
            is_close_friend=True,
        )
        assert may_see_post(OTHER, post, sight) is not is_private


@pytest.mark.parametrize(("check", "field", "longest"), TEXTS)
def test_a_text_is_kept_as_written_up_to_its_bound(check: Check, field: str, longest: int) -> None:
    """Length counts code points, so an emoji of one code point is one."""
    text = (" 🙂\n\u05e9\u05dc" * longest)[:longest]

    assert check(text) == text
    assert check("") == ""
    for bad in (text + "x", "\0", "\ud800"):
        with pytest.raises(InvalidError) as refused:
            check(bad)
        assert refused.value.field == field


@pytest.mark.parametrize("count", range(-1, 13))
def test_a_post_has_one_to_ten_pictures(count: int) -> None:
    """None is no post, eleven are two."""
    if 1 <= count <= 10:
        assert checked_media_count(count) == count
    else:
        with pytest.raises(InvalidError) as refused:
            checked_media_count(count)
        assert refused.value.field == "media"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("caption", {"caption": "x" * 2201}),
        ("location", {"location": "\0"}),
        ("alt_text", {"alt_texts": ("fine", "x" * 1001)}),
    ],
)
def test_the_texts_of_a_post_are_checked_as_they_are_made(
    field: str, text: dict[str, object]
) -> None:
    """Before a file was read: what is refused costs nothing."""
    with pytest.raises(InvalidError) as refused:
        NewPostText(**text)  # type: ignore[arg-type]
    assert refused.value.field == field
