"""The contract of follows and requests: permitted, idempotent, announced once."""

import asyncio

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.errors import FollowBlockedError
from instagram_core.graph.events import Followed, FollowRequested, Unfollowed
from instagram_core.graph.model import FollowOutcome, FollowStatus
from instagram_core.testing import moves
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract

FOLLOWING = FollowOutcome(status=FollowStatus.FOLLOWING, changed=True)
STILL_FOLLOWING = FollowOutcome(status=FollowStatus.FOLLOWING, changed=False)
REQUESTED = FollowOutcome(status=FollowStatus.REQUESTED, changed=True)
STILL_REQUESTED = FollowOutcome(status=FollowStatus.REQUESTED, changed=False)
ENDED = FollowOutcome(status=FollowStatus.NONE, changed=True)
STILL_NONE = FollowOutcome(status=FollowStatus.NONE, changed=False)


class FollowMachine(moves.Follows, moves.Blocks):
    """Follows among people who block each other and go private."""

    @move(who=moves.PERSON)
    async def followers(self, who: int) -> object:
        """Read who follows, and who asks."""
        user, lists = self.person(who), self.subject.follow_lists
        following = await walk(lambda after, n: lists.followers(user, None, after, n))
        asking = await walk(lambda after, n: lists.requests(user, after, n))
        return following, asking

    @move()
    async def all_followers(self) -> object:
        """Read everybody's followers and who asks them."""
        return [await self.followers(who) for who in moves.PEOPLE]

    @move()
    async def counts(self) -> object:
        """Read all numbers."""
        return dict(await self.subject.profiles.counts(map(self.person, moves.PEOPLE)))


class FollowRepositoryContract(RelationalContract):
    """What every `FollowRepository` does."""

    machine = FollowMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Decline nothing."""
        return await subject.follows.decline(UserId(self.ids.new()), UserId(self.ids.new()))

    async def follow(
        self, family: RelationalFamily, follower: UserId, followee: UserId, at: int = NOW
    ) -> FollowOutcome:
        """Follow or ask."""
        return await family.follows.follow(
            Followed(follower_id=follower, followee_id=followee),
            FollowRequested(follower_id=follower, followee_id=followee),
            at,
        )

    async def unfollow(
        self, family: RelationalFamily, follower: UserId, followee: UserId
    ) -> FollowOutcome:
        """Unfollow or withdraw."""
        return await family.follows.unfollow(Unfollowed(follower_id=follower, followee_id=followee))

    async def accept(self, family: RelationalFamily, follower: UserId, followee: UserId) -> bool:
        """Accept a request."""
        event = Followed(follower_id=follower, followee_id=followee)
        return await family.follows.accept(event, NOW)

    async def following(self, family: RelationalFamily, user: UserId) -> list[UserId]:
        """Give whom somebody follows."""
        read = family.follow_lists.following
        return await walk(lambda after, n: read(user, None, after, n))

    async def test_a_public_account_is_followed_at_once(self, family: RelationalFamily) -> None:
        """A repeat changes nothing, and the event is recorded once."""
        ann, bob = await self.scene(family).users(2)
        assert await self.follow(family, ann, bob) == FOLLOWING
        assert await self.follow(family, ann, bob) == STILL_FOLLOWING
        assert [bob] == await self.following(family, ann)
        assert await self.following(family, bob) == []
        expected = [{"follower_id": str(ann), "followee_id": str(bob)}]
        assert expected == await self.scene(family).events()

    async def test_a_private_account_is_asked(self, family: RelationalFamily) -> None:
        """Asking again changes nothing; FollowRequested is recorded, not Followed."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        assert await self.follow(family, ann, bob) == REQUESTED
        assert await self.follow(family, ann, bob) == STILL_REQUESTED
        assert await self.following(family, ann) == []
        (job,) = await family.jobs.lease(["default"], 5, 60)
        assert job.kind == FollowRequested.kind

    async def test_a_follower_of_a_private_account_stays(self, family: RelationalFamily) -> None:
        """Following again somebody who went private asks nothing."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await self.follow(family, ann, bob)
        await scene.set_private(bob, is_private=True)
        assert await self.follow(family, ann, bob) == STILL_FOLLOWING

    async def test_an_accepted_request_is_a_follow(self, family: RelationalFamily) -> None:
        """Once; what was not asked cannot be accepted."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        assert not await self.accept(family, ann, bob)
        await self.follow(family, ann, bob)
        await scene.events()
        assert not await self.accept(family, bob, ann), "the other way round"
        assert await self.accept(family, ann, bob)
        assert not await self.accept(family, ann, bob)
        assert [bob] == await self.following(family, ann)
        assert len(await scene.events(Followed.kind)) == 1

    async def test_a_declined_request_is_gone(self, family: RelationalFamily) -> None:
        """It may be asked again; a follow cannot be declined."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        await self.follow(family, ann, bob)
        assert not await family.follows.decline(bob, ann)
        assert await family.follows.decline(ann, bob)
        assert not await family.follows.decline(ann, bob)
        assert await self.follow(family, ann, bob) == REQUESTED
        await self.accept(family, ann, bob)
        assert not await family.follows.decline(ann, bob)
        assert [bob] == await self.following(family, ann)

    async def test_unfollowing_ends_a_follow(self, family: RelationalFamily) -> None:
        """Once, announced once."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await self.follow(family, ann, bob)
        await scene.events()
        assert await self.unfollow(family, ann, bob) == ENDED
        assert await self.unfollow(family, ann, bob) == STILL_NONE
        assert await self.following(family, ann) == []
        expected = [{"follower_id": str(ann), "followee_id": str(bob)}]
        assert expected == await scene.events()

    async def test_a_withdrawn_request_is_not_announced(self, family: RelationalFamily) -> None:
        """Nobody unfollowed."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        await self.follow(family, ann, bob)
        await scene.events()
        assert await self.unfollow(family, ann, bob) == ENDED
        assert await scene.events() == []
        assert not await self.accept(family, ann, bob)

    async def test_one_can_always_unfollow(self, family: RelationalFamily) -> None:
        """Also somebody who is suspended or deleted, or nobody at all."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for followee, standing in ((bob, Standing.SUSPENDED), (cem, Standing.DELETED)):
            await self.follow(family, ann, followee)
            await scene.set_standing(followee, standing)
            assert await self.unfollow(family, ann, followee) == ENDED
        assert await self.unfollow(family, ann, UserId(self.ids.new())) == STILL_NONE

    async def test_who_is_not_there_cannot_be_followed(self, family: RelationalFamily) -> None:
        """Unknown, suspended and deleted look the same, and nothing is recorded."""
        scene = self.scene(family)
        ann, suspended, deleted = await scene.users(3)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        for followee in (UserId(self.ids.new()), suspended, deleted):
            with pytest.raises(UserNotFound):
                await self.follow(family, ann, followee)
        assert await scene.events() == []

    async def test_a_block_forbids_following(self, family: RelationalFamily) -> None:
        """Who is blocked finds nobody; who blocks is told to unblock first."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.block(ann, bob)
        with pytest.raises(UserNotFound):
            await self.follow(family, bob, ann)
        with pytest.raises(FollowBlockedError):
            await self.follow(family, ann, bob)

    async def test_accepting_all_takes_every_request(self, family: RelationalFamily) -> None:
        """One's own requests, each announced; again there are none."""
        scene = self.scene(family)
        ann, bob = await scene.user(is_private=True), await scene.user(is_private=True)
        others = await scene.users(3)
        for other in others:
            await self.follow(family, other, ann)
            await self.follow(family, other, bob)
        await scene.events()
        assert await family.follows.accept_all(ann, scene.now) == 3
        assert await family.follows.accept_all(ann, scene.now) == 0
        for other in others:
            assert [ann] == await self.following(family, other)
        announced = await scene.events(Followed.kind)
        expected = {(str(other), str(ann)) for other in others}
        assert expected == {(one["follower_id"], one["followee_id"]) for one in announced}

    async def test_concurrent_repeats_follow_once(self, family: RelationalFamily) -> None:
        """One changed something; the count and the events agree."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        outcomes = await asyncio.gather(*(self.follow(family, ann, bob) for _ in range(10)))
        assert outcomes.count(FOLLOWING) == 1
        assert outcomes.count(STILL_FOLLOWING) == 9
        counts = await family.profiles.counts([ann, bob])
        assert ProfileCounts(followers=1) == counts[bob]
        assert ProfileCounts(following=1) == counts[ann]
        assert len(await scene.events()) == 1

    async def test_a_request_is_accepted_or_withdrawn(self, family: RelationalFamily) -> None:
        """When both happen at once the count still equals the list."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        others = await scene.users(8)
        for other in others:
            await self.follow(family, other, ann)
        await asyncio.gather(
            *(self.accept(family, other, ann) for other in others),
            *(self.unfollow(family, other, ann) for other in others),
        )
        read = family.follow_lists.followers
        followers = await walk(lambda after, n: read(ann, None, after, n))
        counts = await family.profiles.counts([ann])
        assert len(followers) == counts[ann].followers

    @requires("reopen")
    async def test_follows_outlive_a_process(self, family: RelationalFamily) -> None:
        """Another handle knows what this one stored."""
        ann, bob = await self.scene(family).users(2)
        await self.follow(family, ann, bob)
        async with self.reopen() as other:
            assert await self.follow(other, ann, bob) == STILL_FOLLOWING
