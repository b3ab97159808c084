"""The contract of reading how one person sees others: facts as they are now, in one snapshot."""

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.model import PersonalList
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract
from instagram_core.visibility.model import Relationship, Sight


class SightMachine(moves.Follows, moves.Blocks, moves.Lists):
    """Everything that changes how people see each other."""

    @move(viewer=moves.VIEWER)
    async def sights(self, viewer: int | None) -> object:
        """Read how somebody, or nobody, sees everybody."""
        people = [self.person(number) for number in moves.PEOPLE]
        return dict(await self.subject.sights.sights(self.viewer(viewer), people))

    @move()
    async def views(self) -> object:
        """Read how everybody and nobody sees everybody."""
        return [await self.sights(viewer) for viewer in (None, *moves.PEOPLE)]


class SightReaderContract(RelationalContract):
    """What every `SightReader` does."""

    machine = SightMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """See nobody."""
        return await subject.sights.sights(None, [UserId(self.ids.new())])

    async def sight(self, family: RelationalFamily, viewer: UserId | None, owner: UserId) -> Sight:
        """Give one view."""
        return (await family.sights.sights(viewer, [owner]))[owner]

    async def test_strangers_have_nothing_to_do_with_each_other(
        self, family: RelationalFamily
    ) -> None:
        """Everybody asked for is there, also to nobody."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        for viewer in (ann, None):
            expected = {
                owner: Sight(owner=owner, viewer=viewer, is_active=True, is_private=owner == bob)
                for owner in (ann, bob)
            }
            assert expected == dict(await family.sights.sights(viewer, [ann, bob]))

    async def test_unknown_and_deleted_people_are_absent(self, family: RelationalFamily) -> None:
        """Suspended ones are there and not active."""
        scene = self.scene(family)
        ann, suspended, deleted = await scene.users(3)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        asked = [suspended, deleted, UserId(self.ids.new())]
        found = await family.sights.sights(ann, asked)
        assert [suspended] == list(found)
        assert not found[suspended].is_active
        assert dict(await family.sights.sights(ann, [])) == {}

    async def test_a_follow_is_seen_from_both_sides(self, family: RelationalFamily) -> None:
        """Following for one, followed by for the other."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.follow(ann, bob)
        assert Relationship(following=True) == (await self.sight(family, ann, bob)).relationship
        assert Relationship(followed_by=True) == (await self.sight(family, bob, ann)).relationship

    async def test_asking_is_not_following(self, family: RelationalFamily) -> None:
        """The one who asks sees that they asked; the one who is asked has no flag for it."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        await scene.request(ann, bob)
        assert Relationship(requested=True) == (await self.sight(family, ann, bob)).relationship
        assert Relationship() == (await self.sight(family, bob, ann)).relationship

    async def test_a_block_is_seen_from_both_sides(self, family: RelationalFamily) -> None:
        """Blocking for one, blocked by for the other: the policy needs to tell them apart."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.block(ann, bob)
        mine, theirs = await self.sight(family, ann, bob), await self.sight(family, bob, ann)
        assert (mine.relationship.blocking, mine.blocked_by) == (True, False)
        assert (theirs.relationship.blocking, theirs.blocked_by) == (False, True)

    async def test_lists_are_seen_by_their_owner(self, family: RelationalFamily) -> None:
        """Close friendship opens things to the friend; a mute is nobody else's business."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await family.personal_lists.put(PersonalList.MUTES, ann, bob, NOW)
        await family.personal_lists.put(PersonalList.CLOSE_FRIENDS, ann, bob, NOW)
        mine, theirs = await self.sight(family, ann, bob), await self.sight(family, bob, ann)
        assert Relationship(muting=True, close_friend=True) == mine.relationship
        assert not mine.is_close_friend
        assert Relationship() == theirs.relationship
        assert theirs.is_close_friend

    async def test_changes_are_seen_at_once(self, family: RelationalFamily) -> None:
        """Privacy decides what strangers see now."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        for is_private in (True, False):
            await scene.set_private(bob, is_private=is_private)
            assert is_private is (await self.sight(family, ann, bob)).is_private

    async def test_views_in_a_batch_are_apart(self, family: RelationalFamily) -> None:
        """Each owner has their own facts, and so has each viewer."""
        scene = self.scene(family)
        ann, bob, cem, dan = await scene.users(4)
        await scene.follow(ann, bob)
        await scene.follow(dan, cem)
        found = await family.sights.sights(ann, [ann, bob, cem])
        following = {owner: sight.relationship.following for owner, sight in found.items()}
        assert {ann: False, bob: True, cem: False} == following
        assert found[ann].is_self
