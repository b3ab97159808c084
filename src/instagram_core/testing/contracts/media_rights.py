"""The contract of knowing what decides whether a file may be served."""

from uuid import UUID

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.ports import MediaRights
from instagram_core.testing import moves
from instagram_core.testing.factories import picture, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract

ENCODINGS = ("webp", "jpeg")


class MediaRightsMachine(moves.Posts):
    """Posts of people who go private and are suspended."""

    @move()
    async def rights(self) -> object:
        """Ask for the pictures of every place."""
        stems = [self.post(place).hex for place in moves.PLACES]
        return dict(await self.subject.media_rights.rights(stems))


class MediaRightsReaderContract(RelationalContract):
    """What every `MediaRightsReader` does."""

    machine = MediaRightsMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Ask for nothing in particular."""
        return await subject.media_rights.rights([self.ids.new().hex])

    async def rights(self, family: RelationalFamily, stem: UUID) -> MediaRights | None:
        """Give the rights of one picture."""
        return (await family.media_rights.rights([stem.hex])).get(stem.hex)

    async def avatar(self, family: RelationalFamily, user: UserId) -> UUID:
        """Give somebody an avatar, and its stem."""
        stem = self.ids.new()
        await family.avatars.submit(AvatarSubmitted(user_id=user, stem=stem.hex))
        await family.avatars.publish(user, picture(stem))
        return stem

    async def test_pictures_of_public_people_are_free(self, family: RelationalFamily) -> None:
        """With the encodings that exist; unknown stems are absent."""
        scene = self.scene(family)
        post, unknown = await scene.post(await scene.user()), self.ids.new()
        found = await family.media_rights.rights([post.hex, unknown.hex])
        expected = MediaRights(generation=0, is_restricted=False, encodings=ENCODINGS)
        assert {post.hex: expected} == dict(found)

    async def test_privacy_restricts_at_once(self, family: RelationalFamily) -> None:
        """And moves the generation, so that addresses given out before die; back again too."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.post(ann)
        for generation, is_private in ((1, True), (2, False)):
            await scene.set_private(ann, is_private=is_private)
            found = await self.rights(family, post)
            assert found is not None
            assert (generation, is_private) == (found.generation, found.is_restricted)

    async def test_an_unpublished_post_shows_nothing(self, family: RelationalFamily) -> None:
        """Neither in processing nor failed; and never an original by another stem."""
        scene = self.scene(family)
        ann = await scene.user()
        for post in (await scene.upload(ann), await scene.failed_post(ann)):
            assert await self.rights(family, post) is None
        original, stem = await scene.upload(ann), self.ids.new()
        await family.processing.publish(original, post_media(stem), scene.now)
        assert await self.rights(family, original) is None
        assert await self.rights(family, stem) is not None

    async def test_a_deleted_post_s_pictures_are_absent(self, family: RelationalFamily) -> None:
        """Those of other posts are not."""
        scene = self.scene(family)
        ann = await scene.user()
        gone, kept = await scene.post(ann), await scene.post(ann)
        await family.posts.delete(gone)
        assert [kept.hex] == list(await family.media_rights.rights([gone.hex, kept.hex]))

    async def test_who_is_not_active_shows_nothing(self, family: RelationalFamily) -> None:
        """Posts and avatar of suspended and deleted people are absent; they may come back."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        stems = [await scene.post(ann), await self.avatar(family, ann), await scene.post(bob)]
        names = [stem.hex for stem in stems]
        await scene.set_standing(ann, Standing.SUSPENDED)
        assert names[2:] == list(await family.media_rights.rights(names))
        await scene.set_standing(ann, Standing.ACTIVE)
        found = await family.media_rights.rights(names)
        assert set(names) == set(found)
        assert found[names[0]].generation == 2
        await scene.set_standing(ann, Standing.DELETED)
        assert names[2:] == list(await family.media_rights.rights(names))

    async def test_avatars_are_for_everybody(self, family: RelationalFamily) -> None:
        """Also those of private accounts; the one that is awaited is not shown yet."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        shown = await self.avatar(family, ann)
        awaited = self.ids.new()
        await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=awaited.hex))
        found = await self.rights(family, shown)
        assert found is not None
        assert not found.is_restricted
        assert await self.rights(family, awaited) is None
