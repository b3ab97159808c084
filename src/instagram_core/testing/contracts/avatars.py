"""The contract of avatars: one is shown, one is awaited, and every other file is discarded."""

import asyncio
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import strategies as st

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.testing import moves
from instagram_core.testing.factories import picture
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class AvatarMachine(moves.People):
    """Three people and three files each."""

    number: ClassVar[st.SearchStrategy[int]] = st.integers(0, 1)

    def _stem(self, who: int, number: int) -> UUID:
        return self.world.id("avatar", who, number)

    @move(3, who=moves.PERSON, number=number)
    async def submit(self, who: int, number: int) -> None:
        """Upload a file."""
        stem = self._stem(who, number).hex
        await self.subject.avatars.submit(AvatarSubmitted(user_id=self.person(who), stem=stem))

    @move(3, who=moves.PERSON, number=number)
    async def publish(self, who: int, number: int) -> object:
        """Show a file."""
        stem = self._stem(who, number)
        return await self.subject.avatars.publish(self.person(who), picture(stem))

    @move(who=moves.PERSON, number=number)
    async def abandon(self, who: int, number: int) -> object:
        """Give a file up."""
        return await self.subject.avatars.abandon(self.person(who), self._stem(who, number).hex)

    @move(who=moves.PERSON)
    async def clear(self, who: int) -> object:
        """Show none."""
        return await self.subject.avatars.clear(self.person(who))

    @move()
    async def users(self) -> object:
        """Read what is shown."""
        return dict(await self.subject.users.get_many(map(self.person, moves.PEOPLE)))


class AvatarRepositoryContract(RelationalContract):
    """What every `AvatarRepository` does."""

    machine = AvatarMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Clear nobody's."""
        return await subject.avatars.clear(UserId(self.ids.new()))

    async def submit(self, family: RelationalFamily, user: UserId) -> UUID:
        """Upload a file and give its stem."""
        stem = self.ids.new()
        await family.avatars.submit(AvatarSubmitted(user_id=user, stem=stem.hex))
        return stem

    async def shown(self, family: RelationalFamily, user: UserId) -> str | None:
        """Give the stem that is shown."""
        return (await family.users.get_many([user]))[user].avatar

    async def discarded(self, family: RelationalFamily) -> set[str]:
        """Take the events; give the stems that were discarded."""
        events = await self.scene(family).events(MediaDiscarded.kind)
        return {stem for event in events for stem in event["stems"]}

    async def test_an_upload_is_announced_and_not_shown(self, family: RelationalFamily) -> None:
        """It is shown when it is processed."""
        scene = self.scene(family)
        ann = await scene.user()
        stem = await self.submit(family, ann)
        assert await self.shown(family, ann) is None
        expected = [{"user_id": str(ann), "stem": stem.hex}]
        assert expected == await scene.events(AvatarSubmitted.kind)

    async def test_the_awaited_picture_is_shown(self, family: RelationalFamily) -> None:
        """Once; a second run of the job changes nothing and discards nothing."""
        ann = await self.scene(family).user()
        stem = await self.submit(family, ann)
        assert await family.avatars.publish(ann, picture(stem))
        assert not await family.avatars.publish(ann, picture(stem))
        assert stem.hex == await self.shown(family, ann)
        assert await self.discarded(family) == set()

    async def test_only_the_awaited_picture_is_shown(self, family: RelationalFamily) -> None:
        """A slow job does not undo a later upload; nor is it shown for somebody else."""
        ann, bob = await self.scene(family).users(2)
        late, awaited = await self.submit(family, ann), await self.submit(family, ann)
        assert not await family.avatars.publish(ann, picture(late))
        assert not await family.avatars.publish(bob, picture(awaited))
        assert await self.shown(family, ann) is None
        assert await family.avatars.publish(ann, picture(awaited))
        assert await self.shown(family, bob) is None

    async def test_an_upload_given_up_is_discarded(self, family: RelationalFamily) -> None:
        """The later upload takes its place."""
        ann = await self.scene(family).user()
        late = await self.submit(family, ann)
        await self.submit(family, ann)
        assert {late.hex} == await self.discarded(family)

    async def test_a_replaced_avatar_is_discarded(self, family: RelationalFamily) -> None:
        """When the new one is shown, not before."""
        ann = await self.scene(family).user()
        old = await self.submit(family, ann)
        await family.avatars.publish(ann, picture(old))
        new = await self.submit(family, ann)
        assert await self.discarded(family) == set()
        assert old.hex == await self.shown(family, ann)
        await family.avatars.publish(ann, picture(new))
        assert {old.hex} == await self.discarded(family)

    async def test_a_broken_upload_is_abandoned(self, family: RelationalFamily) -> None:
        """Once; what is shown stays."""
        ann = await self.scene(family).user()
        shown = await self.submit(family, ann)
        await family.avatars.publish(ann, picture(shown))
        broken = await self.submit(family, ann)
        assert not await family.avatars.abandon(ann, shown.hex)
        assert await family.avatars.abandon(ann, broken.hex)
        assert not await family.avatars.abandon(ann, broken.hex)
        assert {broken.hex} == await self.discarded(family)
        assert shown.hex == await self.shown(family, ann)
        assert not await family.avatars.publish(ann, picture(broken))

    async def test_clearing_shows_and_awaits_none(self, family: RelationalFamily) -> None:
        """Both files are discarded; again there is neither."""
        ann, bob = await self.scene(family).users(2)
        shown, other = await self.submit(family, ann), await self.submit(family, bob)
        await family.avatars.publish(ann, picture(shown))
        awaited = await self.submit(family, ann)
        assert await family.avatars.clear(ann)
        assert not await family.avatars.clear(ann)
        assert {shown.hex, awaited.hex} == await self.discarded(family)
        assert await self.shown(family, ann) is None
        assert not await family.avatars.publish(ann, picture(awaited))
        assert await family.avatars.publish(bob, picture(other))

    async def test_who_is_not_active_uploads_nothing(self, family: RelationalFamily) -> None:
        """Unknown, suspended or deleted."""
        scene = self.scene(family)
        suspended, deleted = await scene.users(2)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        for user in (UserId(self.ids.new()), suspended, deleted):
            with pytest.raises(UserNotFound):
                await self.submit(family, user)
        assert await scene.events() == []

    async def test_concurrent_uploads_leave_one(self, family: RelationalFamily) -> None:
        """Every other file is discarded exactly once."""
        ann = await self.scene(family).user()
        stems = await asyncio.gather(*(self.submit(family, ann) for _ in range(6)))
        events = await self.scene(family).events(MediaDiscarded.kind)
        discarded = [stem for event in events for stem in event["stems"]]
        assert len(discarded) == len(set(discarded)) == 5
        (left,) = {stem.hex for stem in stems} - set(discarded)
        assert await family.avatars.abandon(ann, left)
