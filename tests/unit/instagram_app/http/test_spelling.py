"""Posts of lists, spelled out once for many readers."""

from uuid import UUID, uuid4

import attrs
import msgspec
import pytest

from instagram_app.http import shapes
from instagram_app.http.answers import encode
from instagram_app.http.links import Links
from instagram_app.http.paging import PageRequest, Pages
from instagram_app.http.present import Presenter
from instagram_app.http.spelling import PostSpelling
from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import CursorCodec, Page
from instagram_core.kernel.signing import Signer
from instagram_core.media.addresses import MediaAddresses
from instagram_core.posts.model import Post, PostId, PostState, PostStatus, PostView
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.factories import account, post_media
from instagram_core.visibility.model import Sight

ASKED = PageRequest(scope="x", after=None, limit=20)


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that stands still."""
    return ManualClock()


@pytest.fixture
def present(clock: ManualClock) -> Presenter:
    """Give a presenter that has spelled nothing yet."""
    signer = Signer(bytes(16))
    links = Links(MediaAddresses(signer=signer, clock=clock), clock)
    return Presenter(links, Pages(CursorCodec(signer)), PostSpelling(links), "http://here")


def a_view(caption: str = '"é"\n}{', **state: object) -> PostView:
    """Give a post with everything in it that a view can hold."""
    author = account(UUID(int=1), avatar=uuid4().hex, is_private=True).user
    post = Post(
        id=PostId(UUID(int=2)),
        author_id=author.id,
        caption=caption,
        status=PostStatus.PUBLISHED,
        media=tuple(post_media(UUID(int=3), UUID(int=4))),
        uploaded_at=1,
        shared_at=2,
    )
    sight = Sight(owner=author.id, viewer=UserId(uuid4()), is_active=True, is_private=True)
    return PostView(
        post=post,
        author=author,
        state=PostState(sight=sight, **state),  # type: ignore[arg-type]
    )


def spelled(present: Presenter, view: PostView) -> dict[str, object]:
    """Give a post as a reader of a list gets it."""
    (post,) = msgspec.json.decode(encode(present.posts(ASKED, Page((view,)))))["posts"]
    return dict(post)


def test_a_post_of_a_list_is_spelled_as_one_alone(present: Presenter) -> None:
    """To the byte, whatever stands in it, the first time and the next."""
    view = a_view(like_count=7, comment_count=1, is_liked=True)
    alone = encode(present.post(view))
    for _ in range(2):
        feed = present.feed(ASKED, Page((view, view)))
        assert [bytes(post) for post in feed.posts] == [alone, alone]
        assert msgspec.json.decode(encode(feed), type=shapes.Feed, strict=True).degraded is False


def test_what_is_the_viewer_s_is_new_each_time(present: Presenter) -> None:
    """Though all else was spelled for somebody else."""
    assert spelled(present, a_view(is_liked=True, like_count=2))["is_liked"] is True
    other = spelled(present, a_view(is_saved=True, like_count=3))
    assert (other["is_liked"], other["is_saved"], other["like_count"]) == (False, True, 3)


def test_what_is_another_value_is_spelled_anew_and_the_same_is_not(
    present: Presenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a post that was edited, or whose author was, hydration gives other values."""
    first, spellings = a_view(caption="one"), [0]
    shared = Presenter._shared

    def counted(self: Presenter, view: PostView) -> shapes.SharedPost:
        spellings[0] += 1
        return shared(self, view)

    monkeypatch.setattr(Presenter, "_shared", counted)
    renamed = attrs.evolve(first, author=attrs.evolve(first.author, display_name="Other"))
    edited = attrs.evolve(first, post=attrs.evolve(first.post, caption="two"))

    assert [spelled(present, first)["caption"] for _ in range(3)] == ["one"] * 3
    assert spellings == [1]
    assert dict(spelled(present, renamed)["author"])["display_name"] == "Other"  # type: ignore[call-overload]
    assert spelled(present, edited)["caption"] == "two"
    assert spellings == [3]


def test_each_origin_and_each_moment_has_addresses_of_its_own(
    present: Presenter, clock: ManualClock
) -> None:
    """They would end while they are shown otherwise."""
    view = a_view()
    first = spelled(present, view)["large_url"]
    there = spelled(present.at("http://there"), view)["large_url"]
    clock.advance(120)
    later = spelled(present, view)["large_url"]

    assert str(first).startswith("http://here/media/")
    assert str(there).startswith("http://there/media/")
    assert first != later


def test_no_more_is_kept_than_fits(present: Presenter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of origins; all are spelled right."""
    monkeypatch.setattr(PostSpelling, "KEPT", 2)
    views = [a_view(caption=str(number)) for number in range(6)]
    for origin in ("a", "b", "c", "d"):
        for view in views:
            assert spelled(present.at(origin), view)["caption"] == view.post.caption
    heads = present._spelling._heads
    assert len(heads) <= 3
    assert sum(map(len, heads.values())) <= 3
