"""From upload to publication: once, whatever is delivered twice or deleted meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.errors import MediaTruncatedError
from instagram_core.media.model import Picture, Size
from instagram_core.memory.posts import InMemoryPostRepository
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId, PostStatus, SharedPost
from instagram_core.posts.ports import PictureMaker
from instagram_core.posts.service import PostPipeline
from tests.unit.instagram_core.world import PICTURE, World


class HastyAuthor(InMemoryPostRepository):
    """Somebody who retries their post as soon as anybody has looked at it."""

    def __init__(self, world: World, author: UserId) -> None:
        """Live in `world`."""
        super().__init__(world.database)
        self.world = world.rebuilt(posts=self)
        self._author = author

    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give the posts as they were before the retry."""
        found = await super().get_many(posts)
        for post in found:
            await self.world.services.posts.posting.retry(self._author, post)
        return found


class Interrupted(PictureMaker):
    """Makes pictures, and lets something else happen before or after."""

    def __init__(
        self,
        world: World,
        *,
        before: Callable[[], Awaitable[object]] | None = None,
        after: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Make them as `world` does."""
        self._rendering = world.services.media.rendering
        self._before, self._after = before, after

    async def render(self, stem: str) -> Picture:
        """Make a picture."""
        if self._before is not None:
            await self._before()
        picture = await self._rendering.render(stem)
        if self._after is not None:
            await self._after()
        return picture


def pipeline(world: World, pictures: PictureMaker) -> PostPipeline:
    """Give the pipeline with another maker of pictures."""
    return PostPipeline(
        posts=world.family.posts,
        processing=world.family.processing,
        pictures=pictures,
        store=world.files,
        clock=world.clock,
        ids=world.ports.ids,
    )


async def status(world: World, author: UserId, post: PostId) -> PostStatus:
    """Give how far a post got."""
    return (await world.services.posts.reading.post(author, post)).post.status


async def dead_letters(world: World) -> int:
    """Give how many jobs have failed for good."""
    return len((await world.family.ledger.page(failed=True, after=None, limit=10)).items)


async def test_a_processed_post_is_published_with_all_renditions(world: World) -> None:
    """Its time is that of publishing, not of the upload, and it is counted and announced."""
    author = await world.scene.user()
    post = await world.submit(author, PICTURE, PICTURE + b"2")
    uploaded_at = to_milliseconds(world.clock.now())
    await world.scene.events()
    world.clock.advance(60)

    await world.services.posts.pipeline.process(post)

    published = (await world.services.posts.reading.post(None, post)).post
    assert (published.uploaded_at, published.shared_at) == (uploaded_at, uploaded_at + 60_000)
    assert len(published.media) == 2
    for media in published.media:
        for size in Size:
            for encoding in media.picture.encodings:
                assert await world.files.stat(media.picture.key(size, encoding))
    assert (await world.services.graph.profiles.me(author)).counts.posts == 1
    assert await world.scene.events() == [
        {
            "post_id": str(post),
            "author_id": str(author),
            "shared_at": uploaded_at + 60_000,
            "is_pushed": True,
        }
    ]


async def test_the_original_stays_after_publishing(world: World) -> None:
    """For its owner's own export."""
    post = await world.publish(await world.scene.user())

    (media,) = (await world.services.posts.reading.post(None, post)).post.media

    assert f"{media.picture.stem}/original" in await world.file_keys()


async def test_a_job_that_comes_again_changes_nothing(world: World) -> None:
    """Neither time, nor count, nor files, nor events."""
    author = await world.scene.user()
    post = await world.publish(author)
    before, keys = await world.services.posts.reading.post(author, post), await world.file_keys()
    await world.scene.events()
    world.clock.advance(60)

    await world.services.posts.pipeline.process(post)

    assert await world.services.posts.reading.post(author, post) == before
    assert await world.file_keys() == keys
    assert await world.scene.events() == []
    assert (await world.services.graph.profiles.me(author)).counts.posts == 1


async def test_two_runs_at_once_publish_once(world: World) -> None:
    """A lease ran out: the second run finds the first one's work, and the files stay."""
    author = await world.scene.user()
    post = await world.submit(author)
    await world.scene.events()
    process = world.services.posts.pipeline.process

    await asyncio.gather(*(process(post) for _ in range(5)))

    assert len(await world.scene.events("post_published")) == 1
    assert (await world.services.graph.profiles.me(author)).counts.posts == 1
    assert len(await world.file_keys()) == 1 + 2 * len(Size)


async def test_a_post_deleted_while_it_is_processed_leaves_nothing(world: World) -> None:
    """Whether its files were discarded by then or not."""
    author = await world.scene.user()
    post = await world.submit(author)
    interrupted = Interrupted(
        world, after=lambda: world.services.posts.posting.delete(author, post)
    )

    await pipeline(world, interrupted).process(post)

    assert await world.file_keys() == []
    assert (await world.services.graph.profiles.me(author)).counts.posts == 0


async def test_a_post_whose_files_went_with_it_is_no_failure(world: World) -> None:
    """Deleted, and its files discarded, before its second picture was read."""
    author = await world.scene.user()
    post = await world.submit(author, PICTURE, PICTURE)
    first = True

    async def delete() -> None:
        nonlocal first
        if first:
            first = False
            return
        await world.services.posts.posting.delete(author, post)
        await world.work()

    await pipeline(world, Interrupted(world, before=delete)).process(post)

    assert await world.file_keys() == []
    assert await dead_letters(world) == 0


async def test_a_job_for_a_post_that_is_gone_does_nothing(world: World) -> None:
    """Deleted before its turn, or never there."""
    author = await world.scene.user()
    post = await world.submit(author)
    await world.services.posts.posting.delete(author, post)

    for gone in (post, PostId(world.ports.ids.new())):
        await world.services.posts.pipeline.process(gone)

    assert world.images.rendered == []


async def test_one_bad_picture_fails_the_post_for_its_author_to_see(world: World) -> None:
    """With a dead letter that says why; the originals stay for a retry."""
    author, other = await world.scene.users(2)
    post = await world.submit(author)
    world.images.fault = MediaTruncatedError("cut off")

    await world.work()

    assert await status(world, author, post) is PostStatus.FAILED
    assert await dead_letters(world) == 1
    assert len(await world.file_keys()) == 1
    assert await world.scene.events("post_failed") == [
        {"post_id": str(post), "author_id": str(author)}
    ]
    with pytest.raises(PostNotFound):
        await world.services.posts.reading.post(other, post)


async def test_a_retried_post_is_published(world: World) -> None:
    """After two days, at the time of publishing."""
    author = await world.scene.user()
    post = await world.submit(author)
    world.images.fault = MediaTruncatedError()
    await world.work()
    world.images.fault = None
    world.clock.advance(2 * 24 * 3600)

    await world.services.posts.posting.retry(author, post)
    await world.work()

    published = (await world.services.posts.reading.post(None, post)).post
    assert published.shared_at == to_milliseconds(world.clock.now())


async def test_a_dead_letter_put_back_revives_its_post(world: World) -> None:
    """An operator repairs what went wrong without asking the author."""
    author = await world.scene.user()
    post = await world.submit(author)
    world.images.fault = MediaTruncatedError()
    await world.work()
    world.images.fault = None

    assert await world.family.ledger.requeue(None) == 1
    await world.work()

    assert await status(world, author, post) is PostStatus.PUBLISHED
    assert await dead_letters(world) == 0


async def test_reviving_gives_way_to_an_author_who_was_quicker(world: World) -> None:
    """Author and operator at once: the post must not be given up while its new job waits."""
    author = await world.scene.user()
    post = await world.submit(author)
    await world.services.posts.pipeline.give_up(post, "bad")
    await world.scene.events()
    hasty = HastyAuthor(world, author)

    await pipeline(hasty.world, world.services.media.rendering).process(post)

    assert await status(world, author, post) is PostStatus.PROCESSING
    assert await world.scene.events("post_submitted") == [{"post_id": str(post)}]


async def test_giving_up_a_post_that_is_published_changes_nothing(world: World) -> None:
    """A run that failed late does not undo one that succeeded."""
    author = await world.scene.user()
    post = await world.publish(author)
    await world.scene.events()

    await world.services.posts.pipeline.give_up(post, "late")
    await world.services.posts.pipeline.give_up(PostId(world.ports.ids.new()), "never there")

    assert await status(world, author, post) is PostStatus.PUBLISHED
    assert await world.scene.events() == []


async def test_a_dependency_that_is_down_is_no_fault_of_the_picture(world: World) -> None:
    """The post stays processing however long that lasts, and is published afterwards."""
    author = await world.scene.user()
    post = await world.submit(author)
    world.images.fault = AdapterUnavailable("no machinery")

    for _ in range(20):
        await world.work()
        world.clock.advance(60)
    waiting = await status(world, author, post)
    world.images.fault = None
    await world.work()

    assert waiting is PostStatus.PROCESSING
    assert await status(world, author, post) is PostStatus.PUBLISHED
    assert await dead_letters(world) == 0
