"""The contract of blocks: they end everything between two people, both ways."""

import asyncio

import pytest

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import Blocked, Unblocked
from instagram_core.graph.model import PersonalList
from instagram_core.likes.model import Like
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class BlockMachine(moves.Follows, moves.Likes, moves.Blocks, moves.Lists):
    """Everything that a block ends."""

    @move(who=moves.PERSON, limit=moves.LIMIT)
    async def blocked(self, who: int, limit: int) -> object:
        """Read somebody's blocks to the end."""
        user, read = self.person(who), self.subject.blocks.page
        return await walk(lambda after, n: read(user, after, n), limit)

    @move(viewer=moves.VIEWER)
    async def sights(self, viewer: int | None) -> object:
        """Read how somebody sees everybody."""
        people = [self.person(number) for number in moves.PEOPLE]
        return dict(await self.subject.sights.sights(self.viewer(viewer), people))

    @move()
    async def views(self) -> object:
        """Read how everybody sees everybody."""
        return [await self.sights(viewer) for viewer in moves.PEOPLE]

    @move()
    async def numbers(self) -> object:
        """Read all counts."""
        counts = dict(await self.subject.profiles.counts(map(self.person, moves.PEOPLE)))
        states = await self.subject.states.states(None, map(self.post, moves.PLACES))
        return counts, {post: state.like_count for post, state in states.items()}


class BlockRepositoryContract(RelationalContract):
    """What every `BlockRepository` does."""

    machine = BlockMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody's blocks."""
        return await subject.blocks.page(UserId(self.ids.new()), None, 1)

    async def block(
        self, family: RelationalFamily, blocker: UserId, blocked: UserId, at: int = NOW
    ) -> bool:
        """Block somebody."""
        return await family.blocks.block(Blocked(blocker_id=blocker, blocked_id=blocked), at)

    async def unblock(self, family: RelationalFamily, blocker: UserId, blocked: UserId) -> bool:
        """Unblock somebody."""
        return await family.blocks.unblock(Unblocked(blocker_id=blocker, blocked_id=blocked))

    async def blocked_by(
        self, family: RelationalFamily, blocker: UserId, limit: int = 2
    ) -> list[UserId]:
        """Give whom somebody blocks."""
        read = family.blocks.page
        return await walk(lambda after, n: read(blocker, after, n), limit)

    async def test_a_block_is_made_once(self, family: RelationalFamily) -> None:
        """A repeat says so, and is announced once."""
        ann, bob = await self.scene(family).users(2)
        assert await self.block(family, ann, bob)
        assert not await self.block(family, ann, bob)
        assert [bob] == await self.blocked_by(family, ann)
        assert await self.blocked_by(family, bob) == []
        expected = [{"blocker_id": str(ann), "blocked_id": str(bob)}]
        assert expected == await self.scene(family).events(Blocked.kind)

    async def test_both_may_block_each_other(self, family: RelationalFamily) -> None:
        """And lift their own block only."""
        ann, bob = await self.scene(family).users(2)
        assert await self.block(family, ann, bob)
        assert await self.block(family, bob, ann)
        assert await self.unblock(family, ann, bob)
        assert await self.blocked_by(family, ann) == []
        assert [ann] == await self.blocked_by(family, bob)

    async def test_a_lifted_block_restores_nothing(self, family: RelationalFamily) -> None:
        """There was one, then there is none; it is announced once."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.follow(ann, bob)
        assert not await self.unblock(family, ann, bob)
        await self.block(family, ann, bob)
        assert await self.unblock(family, ann, bob)
        assert not await self.unblock(family, ann, bob)
        assert (await family.follow_lists.following(ann, None, None, 5)).items == ()
        assert len(await scene.events(Unblocked.kind)) == 1

    async def test_follows_and_requests_end_both_ways(self, family: RelationalFamily) -> None:
        """With exact counts; those of others stay."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        dan = await scene.user(is_private=True)
        for follower, followee in ((ann, bob), (bob, ann), (cem, bob), (cem, ann)):
            await scene.follow(follower, followee)
        await scene.request(ann, dan)
        await self.block(family, ann, bob)
        await self.block(family, dan, ann)
        counts = await family.profiles.counts([ann, bob, cem, dan])
        one_follower = ProfileCounts(followers=1)
        assert (one_follower, one_follower) == (counts[ann], counts[bob])
        assert (ProfileCounts(following=2), ProfileCounts()) == (counts[cem], counts[dan])
        assert (await family.follow_lists.requests(dan, None, 5)).items == ()

    async def test_likes_on_each_other_s_posts_go(self, family: RelationalFamily) -> None:
        """Both ways, counted exactly; likes of others, and on others' posts, stay."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        posts = {person: await scene.post(person) for person in (ann, bob, cem)}
        for person in posts:
            for post in posts.values():
                await family.likes.add(Like(user_id=person, post_id=post, at=NOW))
        await self.block(family, ann, bob)
        states = await family.states.states(None, posts.values())
        counts = [states[posts[person]].like_count for person in (ann, bob, cem)]
        assert counts == [2, 2, 3]
        likers = (await family.likes.likers(posts[ann], None, None, 5)).items
        assert {ann, cem} == set(likers)

    async def test_lists_forget_both(self, family: RelationalFamily) -> None:
        """Close friendship and mutes end both ways; others stay on the lists."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for which in PersonalList:
            for owner, member in ((ann, bob), (bob, ann), (ann, cem)):
                await family.personal_lists.put(which, owner, member, NOW)
        await self.block(family, ann, bob)
        for which in PersonalList:
            read = family.personal_lists.page
            assert (await read(which, ann, None, 5)).items == (cem,)
            assert (await read(which, bob, None, 5)).items == ()

    async def test_who_is_absent_cannot_be_blocked(self, family: RelationalFamily) -> None:
        """Unknown or deleted; the suspended can, and who blocks oneself can."""
        scene = self.scene(family)
        ann, deleted, suspended, blocking = await scene.users(4)
        await scene.set_standing(deleted, Standing.DELETED)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await self.block(family, blocking, ann)
        for absent in (UserId(self.ids.new()), deleted):
            with pytest.raises(UserNotFound):
                await self.block(family, ann, absent)
        assert await self.block(family, ann, suspended)
        assert await self.block(family, ann, blocking)

    async def test_blocks_are_paged_newest_first(self, family: RelationalFamily) -> None:
        """By time, then by id; deleted accounts are left out, suspended ones are not."""
        scene = self.scene(family)
        ann, *others = await scene.users(7)
        for other, at in zip(others, (20, 10, 30, 20, 20, 40), strict=True):
            await self.block(family, ann, other, NOW + at)
        await scene.set_standing(others[5], Standing.DELETED)
        await scene.set_standing(others[0], Standing.SUSPENDED)
        expected = [others[2], others[4], others[3], others[0], others[1]]
        for limit in (1, 2, 3, 5, 10):
            assert expected == await self.blocked_by(family, ann, limit)

    async def test_mutual_blocks_at_once_are_exact(self, family: RelationalFamily) -> None:
        """Both block while both follow and like: nothing between them is left."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(ann), await scene.post(bob)]
        for follower, followee in ((ann, bob), (bob, ann)):
            await scene.follow(follower, followee)
        for user in (ann, bob):
            for post in posts:
                await family.likes.add(Like(user_id=user, post_id=post, at=NOW))
        made = await asyncio.gather(
            *(self.block(family, *pair) for _ in range(4) for pair in ((ann, bob), (bob, ann)))
        )
        assert made.count(True) == 2
        counts = await family.profiles.counts([ann, bob])
        assert {ann: ProfileCounts(posts=1), bob: ProfileCounts(posts=1)} == dict(counts)
        states = await family.states.states(None, posts)
        assert [states[post].like_count for post in posts] == [1, 1]
