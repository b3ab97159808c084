"""The contract of leading posts to publication: every step is guarded by the status."""

import asyncio

import pytest

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.paging import Position
from instagram_core.posts.errors import PostNotFailedError, PostNotFound
from instagram_core.posts.events import PostFailed, PostPublished, PostSubmitted
from instagram_core.posts.model import PostId, PostStatus, PublishOutcome
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW, new_post, original, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class ProcessingMachine(moves.Posts):
    """Posts that go through every status and back."""

    published = (0,)

    @move(place=moves.PLACE)
    async def originals(self, place: int) -> object:
        """Read what is to be processed."""
        return await self.subject.processing.originals(self.post(place))

    @move()
    async def get_many(self) -> object:
        """Read every place."""
        return dict(await self.subject.posts.get_many(map(self.post, moves.PLACES)))


class PostProcessingContract(RelationalContract):
    """What every `PostProcessing` does."""

    machine = ProcessingMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read the originals of no post."""
        return await subject.processing.originals(PostId(self.ids.new()))

    async def publish(
        self, family: RelationalFamily, post: PostId, at: int = NOW
    ) -> PublishOutcome:
        """Publish with one picture."""
        return await family.processing.publish(post, post_media(post), at)

    async def status(self, family: RelationalFamily, post: PostId) -> PostStatus:
        """Give where a post is."""
        return (await family.posts.get_many([post]))[post].post.status

    async def test_originals_come_in_order(self, family: RelationalFamily) -> None:
        """With their alternative texts, while the post is processing."""
        ann, post = await self.scene(family).user(), PostId(self.ids.new())
        stems = [self.ids.new() for _ in range(10)][::-1]
        new = new_post(post, ann, *stems)
        await family.posts.add(new, PostSubmitted(post_id=post))
        assert tuple(map(original, stems)) == await family.processing.originals(post)

    async def test_only_a_processing_post_has_originals(self, family: RelationalFamily) -> None:
        """A published, failed or unknown one gives None."""
        scene = self.scene(family)
        ann = await scene.user()
        posts = [await scene.post(ann), await scene.failed_post(ann), PostId(self.ids.new())]
        assert [await family.processing.originals(post) for post in posts] == [None] * 3

    async def test_publishing_makes_a_post_visible(self, family: RelationalFamily) -> None:
        """With its media in order, its moment and its place in the count."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        media = post_media(*[self.ids.new() for _ in range(3)][::-1])
        outcome = await family.processing.publish(post, media, NOW + 5)
        assert outcome is PublishOutcome.PUBLISHED
        found = (await family.posts.get_many([post]))[post].post
        assert (PostStatus.PUBLISHED, NOW + 5, media) == (
            found.status, found.shared_at, found.media
        )  # fmt: skip
        assert Position(NOW + 5, post) == found.position
        assert (await family.posts.page(ann, None, 5)).items == (post,)
        assert (await family.profiles.counts([ann]))[ann].posts == 1

    async def test_publishing_is_announced_with_its_moment(self, family: RelationalFamily) -> None:
        """Once, whoever publishes again."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        for at in (NOW + 5, NOW + 6):
            await self.publish(family, post, at)
        told = {"post_id": str(post), "author_id": str(ann), "shared_at": NOW + 5}
        expected = [{**told, "is_pushed": True}]
        assert expected == await scene.events(PostPublished.kind)

    async def test_a_published_post_stays_as_it_is(self, family: RelationalFamily) -> None:
        """The second run is told so, and its files are not the post's."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.post(ann, NOW)
        before = await family.posts.get_many([post])
        outcome = await family.processing.publish(post, post_media(self.ids.new()), NOW + 1)
        assert outcome is PublishOutcome.ALREADY
        assert before == await family.posts.get_many([post])
        assert (await family.profiles.counts([ann]))[ann].posts == 1

    async def test_a_post_that_is_gone_says_so(self, family: RelationalFamily) -> None:
        """Deleted meanwhile, or never there: nothing comes of it."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        await family.posts.delete(post)
        await scene.events()
        for absent in (post, PostId(self.ids.new())):
            assert await self.publish(family, absent) is PublishOutcome.GONE
            assert not await family.processing.fail(absent, "late")
        assert dict(await family.posts.get_many([post])) == {}
        assert await scene.events() == []

    async def test_of_many_at_once_one_publishes(self, family: RelationalFamily) -> None:
        """The others are told that somebody was first."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        outcomes = await asyncio.gather(
            *(self.publish(family, post, NOW + number) for number in range(10))
        )
        assert outcomes.count(PublishOutcome.PUBLISHED) == 1
        assert outcomes.count(PublishOutcome.ALREADY) == 9
        assert (await family.profiles.counts([ann]))[ann].posts == 1
        found = (await family.posts.get_many([post]))[post].post
        assert found.shared_at == NOW + outcomes.index(PublishOutcome.PUBLISHED)
        assert len(await scene.events(PostPublished.kind)) == 1

    async def test_a_failure_is_visible_and_announced(self, family: RelationalFamily) -> None:
        """Once; only what is processing can fail."""
        scene = self.scene(family)
        ann = await scene.user()
        post, published = await scene.upload(ann), await scene.post(ann)
        assert await family.processing.fail(post, "broken")
        assert not await family.processing.fail(post, "broken")
        assert not await family.processing.fail(published, "broken")
        assert await self.status(family, post) is PostStatus.FAILED
        assert await self.status(family, published) is PostStatus.PUBLISHED
        expected = [{"post_id": str(post), "author_id": str(ann)}]
        assert expected == await scene.events(PostFailed.kind)

    async def test_a_failed_post_is_not_published(self, family: RelationalFamily) -> None:
        """Until it is tried again; its files are in use."""
        scene = self.scene(family)
        post = await scene.failed_post(await scene.user())
        assert await self.publish(family, post) is PublishOutcome.ALREADY
        assert await self.status(family, post) is PostStatus.FAILED

    async def test_a_failed_post_is_tried_again(self, family: RelationalFamily) -> None:
        """It is processing with the same originals, and announced."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.failed_post(ann)
        await scene.events()
        await family.processing.retry(PostSubmitted(post_id=post), ann)
        assert [{"post_id": str(post)}] == await scene.events(PostSubmitted.kind)
        assert (original(post),) == await family.processing.originals(post)
        assert await self.publish(family, post) is PublishOutcome.PUBLISHED

    async def test_only_a_failed_post_is_tried_again(self, family: RelationalFamily) -> None:
        """By its author; another's looks like none. Nothing is announced."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        processing, published = await scene.upload(ann), await scene.post(ann)
        failed, unknown = await scene.failed_post(ann), PostId(self.ids.new())
        await scene.events()
        for post in (processing, published):
            with pytest.raises(PostNotFailedError):
                await family.processing.retry(PostSubmitted(post_id=post), ann)
        for post, author in ((failed, bob), (unknown, ann), (published, bob)):
            with pytest.raises(PostNotFound):
                await family.processing.retry(PostSubmitted(post_id=post), author)
        assert await scene.events() == []
        assert await self.status(family, failed) is PostStatus.FAILED

    async def test_of_many_retries_at_once_one_counts(self, family: RelationalFamily) -> None:
        """One event, so one job."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.failed_post(ann)
        await scene.events()
        event = PostSubmitted(post_id=post)
        results = await asyncio.gather(
            *(family.processing.retry(event, ann) for _ in range(8)), return_exceptions=True
        )
        assert results.count(None) == 1
        refused = [type(result) for result in results if result is not None]
        assert [PostNotFailedError] * 7 == refused
        assert len(await scene.events(PostSubmitted.kind)) == 1
