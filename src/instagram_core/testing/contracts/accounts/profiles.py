"""The contract of the numbers of profiles: exact, whatever happens between people."""

import asyncio

from instagram_core.accounts.model import ProfileCounts, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import Unfollowed
from instagram_core.testing import moves
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class ProfileMachine(moves.Follows, moves.Blocks, moves.Posts):
    """Everything that moves the three numbers."""

    @move()
    async def counts(self) -> object:
        """Read all numbers."""
        return dict(await self.subject.profiles.counts(map(self.person, moves.PEOPLE)))


class ProfileCounterContract(RelationalContract):
    """What every `ProfileCounter` does."""

    machine = ProfileMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Count for nobody."""
        return await self.counts(subject, UserId(self.ids.new()))

    async def counts(self, family: RelationalFamily, user: UserId) -> ProfileCounts:
        """Give the numbers of one person."""
        return (await family.profiles.counts([user]))[user]

    async def test_everybody_asked_for_is_answered(self, family: RelationalFamily) -> None:
        """With zeros for whoever has none or is unknown."""
        ann, stranger = await self.scene(family).user(), UserId(self.ids.new())
        found = await family.profiles.counts([ann, stranger])
        assert {ann: ProfileCounts(), stranger: ProfileCounts()} == dict(found)

    async def test_follows_count_on_both_sides(self, family: RelationalFamily) -> None:
        """Once each, and the end of a follow is counted too."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for _ in range(2):
            await scene.follow(bob, ann)
        await scene.follow(cem, ann)
        await scene.follow(ann, bob)
        assert ProfileCounts(followers=2, following=1) == await self.counts(family, ann)
        for _ in range(2):
            await family.follows.unfollow(Unfollowed(follower_id=bob, followee_id=ann))
        assert ProfileCounts(followers=1, following=1) == await self.counts(family, ann)
        assert ProfileCounts(followers=1) == await self.counts(family, bob)

    async def test_requests_do_not_count(self, family: RelationalFamily) -> None:
        """Until they are accepted."""
        scene = self.scene(family)
        ann, bob = await scene.user(is_private=True), await scene.user()
        await scene.request(bob, ann)
        assert ProfileCounts() == await self.counts(family, ann)
        await family.follows.accept_all(ann, scene.now)
        assert ProfileCounts(followers=1) == await self.counts(family, ann)
        assert ProfileCounts(following=1) == await self.counts(family, bob)

    async def test_published_posts_count(self, family: RelationalFamily) -> None:
        """Not those in processing or failed, and not after they are deleted."""
        scene = self.scene(family)
        ann = await scene.user()
        first, _ = await scene.post(ann), await scene.post(ann)
        failed = await scene.failed_post(ann)
        waiting = await scene.upload(ann)
        assert ProfileCounts(posts=2) == await self.counts(family, ann)
        for post in (first, first, failed, waiting):
            await family.posts.delete(post)
        assert ProfileCounts(posts=1) == await self.counts(family, ann)

    async def test_mutual_follows_at_once_are_exact(self, family: RelationalFamily) -> None:
        """Everybody follows and unfollows everybody, all at once, without a deadlock."""
        scene = self.scene(family)
        people = await scene.users(4)
        pairs = [(a, b) for a in people for b in people if a != b]
        await asyncio.gather(*(scene.request(a, b) for _ in range(3) for a, b in pairs))
        for person in people:
            expected = ProfileCounts(followers=3, following=3)
            assert expected == await self.counts(family, person)
        await asyncio.gather(
            *(
                family.follows.unfollow(Unfollowed(follower_id=a, followee_id=b))
                for _ in range(3)
                for a, b in pairs
            )
        )
        for person in people:
            assert ProfileCounts() == await self.counts(family, person)
