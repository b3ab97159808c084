"""The contract of knowing which files something still refers to."""

from instagram_core.accounts.model import UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.media.events import AvatarSubmitted
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.factories import new_post, picture, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class MediaUsageMachine(moves.Posts):
    """Posts that come, fail, are tried again and go."""

    @move()
    async def in_use(self) -> object:
        """Ask for the files of every place."""
        stems = [self.post(place).hex for place in moves.PLACES]
        return sorted(await self.subject.media_usage.in_use(stems))


class MediaUsageContract(RelationalContract):
    """What every `MediaUsage` does. A mistake here deletes files that are in use."""

    machine = MediaUsageMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Ask for nothing in particular."""
        return await subject.media_usage.in_use([self.ids.new().hex])

    async def test_unknown_stems_are_not_in_use(self, family: RelationalFamily) -> None:
        """Of those asked for, only those in use are given."""
        scene = self.scene(family)
        used = (await scene.upload(await scene.user())).hex
        stems = [used, self.ids.new().hex]
        assert frozenset({used}) == await family.media_usage.in_use(stems)
        assert await family.media_usage.in_use([]) == frozenset()

    async def test_originals_are_in_use(self, family: RelationalFamily) -> None:
        """While processing, after failing, and after publishing, all of a carousel's."""
        scene = self.scene(family)
        ann = await scene.user()
        stems = [self.ids.new() for _ in range(3)]
        post = PostId(self.ids.new())
        names = frozenset(stem.hex for stem in stems)
        await family.posts.add(new_post(post, ann, *stems), PostSubmitted(post_id=post))
        assert names == await family.media_usage.in_use(names)
        await family.processing.fail(post, "broken")
        assert names == await family.media_usage.in_use(names)
        await family.processing.retry(PostSubmitted(post_id=post), ann)
        await family.processing.publish(post, post_media(*stems), scene.now)
        assert names == await family.media_usage.in_use(names)

    async def test_pictures_are_in_use(self, family: RelationalFamily) -> None:
        """Also when their stem is not the original's."""
        scene = self.scene(family)
        post, stem = await scene.upload(await scene.user()), self.ids.new()
        assert await family.media_usage.in_use([stem.hex]) == frozenset()
        await family.processing.publish(post, post_media(stem), scene.now)
        assert frozenset({stem.hex}) == await family.media_usage.in_use([stem.hex])

    async def test_files_of_a_deleted_post_are_not(self, family: RelationalFamily) -> None:
        """They are for the sweep; other posts' files are not."""
        scene = self.scene(family)
        ann = await scene.user()
        gone, kept = await scene.post(ann), await scene.post(ann)
        await family.posts.delete(gone)
        assert frozenset({kept.hex}) == await family.media_usage.in_use([gone.hex, kept.hex])

    async def test_avatars_are_in_use(self, family: RelationalFamily) -> None:
        """The one that is shown and the one that is awaited; not those before them."""
        scene = self.scene(family)
        ann: UserId = await scene.user()
        replaced, shown, given_up, awaited = stems = [self.ids.new() for _ in range(4)]
        for stem in (replaced, shown):
            await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=stem.hex))
            await family.avatars.publish(ann, picture(stem))
        for stem in (given_up, awaited):
            await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=stem.hex))
        found = await family.media_usage.in_use([stem.hex for stem in stems])
        assert frozenset({shown.hex, awaited.hex}) == found
