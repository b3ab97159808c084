"""What authors do to their posts."""

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.unset import UNSET
from instagram_core.posts.errors import NotPostAuthorError, PostNotFailedError, PostNotFound
from instagram_core.posts.model import PostChange, PostId, PostStatus
from instagram_core.posts.service import NewPostText, Posting
from tests.unit.instagram_core.world import PICTURE, World


@pytest.fixture
def posting(world: World) -> Posting:
    """Give the use case."""
    return world.services.posts.posting


async def test_a_new_post_is_processing_and_its_authors_alone(
    world: World, posting: Posting
) -> None:
    """Not counted, without media, on no list, 404 to others."""
    author, other = await world.scene.users(2)
    originals = await world.take_in()

    post = await posting.create(author, originals, NewPostText(caption="c", location="l"))

    reading = world.services.posts.reading
    view = (await reading.post(author, post)).post
    assert (view.caption, view.location) == ("c", "l")
    assert (view.status, view.media, view.shared_at) == (PostStatus.PROCESSING, (), None)
    assert (await world.services.graph.profiles.me(author)).counts.posts == 0
    assert (await reading.of_author(author, author, None, 10)).items == ()
    assert (await world.services.feed.home.page(author, None, 10)).items == ()
    for viewer in (other, None):
        with pytest.raises(PostNotFound):
            await reading.post(viewer, post)
    with pytest.raises(PostNotFound):
        await world.services.likes.like(other, post)


async def test_a_new_post_leaves_a_job(world: World, posting: Posting) -> None:
    """Stored with the post: what was answered 202 is processed once it can be."""
    author = await world.scene.user()
    originals = await world.take_in()
    await world.scene.events()

    post = await posting.create(author, originals, NewPostText())

    assert await world.scene.events("post_submitted") == [{"post_id": str(post)}]


async def test_alternative_texts_belong_to_the_pictures_in_order(
    world: World, posting: Posting
) -> None:
    """Pictures without one have an empty one."""
    author = await world.scene.user()
    originals = await world.take_in(PICTURE, PICTURE, PICTURE)

    for given, stored in (
        (("one", "two"), ["one", "two", ""]),
        (("one", "", "three"), ["one", "", "three"]),
    ):
        post = await posting.create(author, originals, NewPostText(alt_texts=given))
        await world.services.posts.pipeline.process(post)

        media = (await world.services.posts.reading.post(None, post)).post.media
        assert [each.alt_text for each in media] == stored
        assert [each.picture.stem for each in media] == [original.stem for original in originals]


async def test_more_texts_than_pictures_are_refused(world: World, posting: Posting) -> None:
    """Nobody could tell to which they belong."""
    author = await world.scene.user()

    with pytest.raises(InvalidError) as refused:
        await posting.create(author, await world.take_in(), NewPostText(alt_texts=("a", "b")))

    assert refused.value.field == "alt_text"


@pytest.mark.parametrize("count", [0, 11])
async def test_no_picture_and_eleven_are_refused(
    world: World, posting: Posting, count: int
) -> None:
    """Nothing is stored."""
    author = await world.scene.user()
    originals = (await world.take_in(*[PICTURE] * 11))[:count]
    await world.scene.events()

    with pytest.raises(InvalidError) as refused:
        await posting.create(author, originals, NewPostText())

    assert refused.value.field == "media"
    assert await world.scene.events() == []


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
async def test_who_is_gone_meanwhile_posts_nothing(
    world: World, posting: Posting, standing: Standing
) -> None:
    """The account ended while the upload was running."""
    author = await world.scene.user()
    originals = await world.take_in()
    await world.scene.set_standing(author, standing)

    with pytest.raises(UserNotFound):
        await posting.create(author, originals, NewPostText())


async def test_editing_changes_what_is_set(world: World, posting: Posting) -> None:
    """In any status; place and time stay."""
    author = await world.scene.user()
    for post in (await world.submit(author), await world.publish(author)):
        before = (await world.services.posts.reading.post(author, post)).post

        await posting.edit(author, post, PostChange(caption="new", location="there"))
        view = await posting.edit(author, post, PostChange(caption=UNSET, location=""))

        assert (view.post.caption, view.post.location) == ("new", "")
        assert view.post.position == before.position


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("caption", PostChange(caption="x" * 2201)),
        ("location", PostChange(location="\0", caption="fine")),
    ],
)
async def test_a_refused_edit_names_the_field_and_changes_nothing(
    world: World, posting: Posting, field: str, change: PostChange
) -> None:
    """Not even the good text beside it."""
    author = await world.scene.user()
    post = await world.publish(author)

    with pytest.raises(InvalidError) as refused:
        await posting.edit(author, post, change)

    assert refused.value.field == field
    assert (await world.services.posts.reading.post(author, post)).post.caption == ""


async def test_nobody_edits_deletes_or_retries_what_is_not_theirs(
    world: World, posting: Posting
) -> None:
    """What they may see is not theirs to change; what they may not see is not there."""
    author, other = await world.scene.users(2)
    failed = await world.scene.failed_post(author)

    for post, refusal in (
        (await world.publish(author), NotPostAuthorError),
        (failed, PostNotFound),
        (PostId(world.ports.ids.new()), PostNotFound),
    ):
        for act in (
            posting.edit(other, post, PostChange(caption="mine")),
            posting.delete(other, post),
            posting.retry(other, post),
        ):
            with pytest.raises(refusal):
                await act

    assert (await world.services.posts.reading.post(author, failed)).post.caption == ""


@pytest.mark.parametrize("status", list(PostStatus))
async def test_deleting_removes_rows_counts_and_files(
    world: World, posting: Posting, status: PostStatus
) -> None:
    """In any status; a second deletion finds nothing."""
    author, fan = await world.scene.users(2)
    post = await world.submit(author)
    if status is PostStatus.PUBLISHED:
        await world.services.posts.pipeline.process(post)
        await world.services.likes.like(fan, post)
    elif status is PostStatus.FAILED:
        await world.services.posts.pipeline.give_up(post, "bad")

    await posting.delete(author, post)
    await world.work()

    assert await world.file_keys() == []
    assert (await world.services.graph.profiles.me(author)).counts.posts == 0
    for act in (
        world.services.posts.reading.post(author, post),
        world.services.likes.likers(author, post, None, 10),
        posting.delete(author, post),
    ):
        with pytest.raises(PostNotFound):
            await act


async def test_only_a_failed_post_is_retried(world: World, posting: Posting) -> None:
    """Then it is processing again, with a job; a second retry conflicts."""
    author = await world.scene.user()
    processing, published = await world.submit(author), await world.publish(author)
    failed = await world.submit(author)
    await world.services.posts.pipeline.give_up(failed, "bad")
    await world.scene.events()

    for post in (processing, published):
        with pytest.raises(PostNotFailedError):
            await posting.retry(author, post)
    await posting.retry(author, failed)
    with pytest.raises(PostNotFailedError):
        await posting.retry(author, failed)

    assert await world.scene.events() == [{"post_id": str(failed)}]
    view = await world.services.posts.reading.post(author, failed)
    assert view.post.status is PostStatus.PROCESSING
