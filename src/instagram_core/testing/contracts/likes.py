"""The contract of likes: idempotent, permitted, exactly counted."""

import asyncio

import pytest

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like, LikeOutcome
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.capabilities import requires
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class LikeMachine(moves.Likes):
    """Likes on posts that appear and fail, by people who go private."""

    delete = None  # type: ignore[assignment] # what deletion takes along is the family's contract

    @move(place=moves.PLACE, viewer=moves.VIEWER, limit=moves.LIMIT)
    async def likers(self, place: int, viewer: int | None, limit: int) -> object:
        """Read the list to its end."""
        post, seer = self.post(place), self.viewer(viewer)
        likes = self.subject.likes
        return await walk(lambda after, n: likes.likers(post, seer, after, n), limit)

    @move()
    async def all_likers(self) -> object:
        """Read every list as it is shown to nobody in particular."""
        return [await self.likers(place, None, 2) for place in moves.PLACES]


class LikeRepositoryContract(RelationalContract):
    """What every `LikeRepository` does."""

    machine = LikeMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read the likers of no post."""
        return await subject.likes.likers(PostId(self.ids.new()), None, None, 1)

    async def like(
        self, family: RelationalFamily, user: UserId, post: PostId, at: int = 1000
    ) -> LikeOutcome:
        """Like and announce it."""
        like = Like(user_id=user, post_id=post, at=at)
        return await family.likes.add(like, PostLiked(post_id=post, user_id=user))

    async def unlike(self, family: RelationalFamily, user: UserId, post: PostId) -> LikeOutcome:
        """Take a like back and announce it."""
        return await family.likes.remove(user, post, PostUnliked(post_id=post, user_id=user))

    async def likers(
        self, family: RelationalFamily, post: PostId, viewer: UserId | None = None, limit: int = 2
    ) -> list[UserId]:
        """Give all who like a post."""
        return await walk(lambda after, n: family.likes.likers(post, viewer, after, n), limit)

    async def test_a_like_is_counted_and_listed(self, family: RelationalFamily) -> None:
        """The first like changes something and says so."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        assert LikeOutcome(changed=True, like_count=1) == await self.like(family, bob, post)
        assert [bob] == await self.likers(family, post)

    async def test_a_repeated_like_changes_nothing(self, family: RelationalFamily) -> None:
        """It is counted, listed and announced once."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        await self.like(family, bob, post)
        assert LikeOutcome(changed=False, like_count=1) == await self.like(family, bob, post)
        assert [bob] == await self.likers(family, post)
        assert len(await self.scene(family).events(PostLiked.kind)) == 1

    async def test_a_repeated_like_keeps_its_time(self, family: RelationalFamily) -> None:
        """Liking again does not bring one to the top of the list."""
        ann, bob, cem = await self.scene(family).users(3)
        post = await self.scene(family).post(ann)
        await self.like(family, bob, post, at=1000)
        await self.like(family, cem, post, at=2000)
        await self.like(family, bob, post, at=3000)
        assert [cem, bob] == await self.likers(family, post)

    async def test_a_like_taken_back_is_gone(self, family: RelationalFamily) -> None:
        """From the count and the list; liking once more is new again."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        await self.like(family, bob, post)
        assert LikeOutcome(changed=True, like_count=0) == await self.unlike(family, bob, post)
        assert await self.likers(family, post) == []
        assert LikeOutcome(changed=True, like_count=1) == await self.like(family, bob, post)

    async def test_taking_back_again_changes_nothing(self, family: RelationalFamily) -> None:
        """The count never falls below zero and the event is recorded once."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        await self.like(family, bob, post)
        await self.unlike(family, bob, post)
        assert LikeOutcome(changed=False, like_count=0) == await self.unlike(family, bob, post)
        assert len(await self.scene(family).events(PostUnliked.kind)) == 1

    async def test_the_announcement_is_the_one_given(self, family: RelationalFamily) -> None:
        """It carries the ids; without one nothing is recorded."""
        ann, bob, cem = await self.scene(family).users(3)
        post = await self.scene(family).post(ann)
        await self.scene(family).events()
        await self.like(family, bob, post)
        await family.likes.add(Like(user_id=cem, post_id=post, at=1000))
        await family.likes.remove(cem, post)
        expected = [{"post_id": str(post), "user_id": str(bob)}]
        assert expected == await self.scene(family).events()

    async def test_an_unknown_post_cannot_be_liked(self, family: RelationalFamily) -> None:
        """Nor unliked; and nobody likes it."""
        ann, post = await self.scene(family).user(), PostId(self.ids.new())
        with pytest.raises(PostNotFound):
            await self.like(family, ann, post)
        with pytest.raises(PostNotFound):
            await self.unlike(family, ann, post)
        assert await self.likers(family, post) == []

    async def test_only_a_published_post_can_be_liked(self, family: RelationalFamily) -> None:
        """Not even by its author."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        for post in (await scene.upload(ann), await scene.failed_post(ann)):
            for user in (ann, bob):
                with pytest.raises(PostNotFound):
                    await self.like(family, user, post)

    async def test_a_private_post_is_for_followers(self, family: RelationalFamily) -> None:
        """Strangers and those who only asked get what they get for no post; the author may."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        stranger, asking, follower = await scene.users(3)
        await scene.request(asking, ann)
        await scene.follow(follower, ann)
        post = await scene.post(ann)
        for user in (stranger, asking):
            with pytest.raises(PostNotFound):
                await self.like(family, user, post)
            with pytest.raises(PostNotFound):
                await self.unlike(family, user, post)
        assert (await self.like(family, follower, post)).changed
        assert (await self.like(family, ann, post)).changed
        assert {ann, follower} == set(await self.likers(family, post))

    async def test_a_block_forbids_likes_both_ways(self, family: RelationalFamily) -> None:
        """Neither likes the other's posts; a refused like leaves no trace."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = {ann: await scene.post(ann), bob: await scene.post(bob)}
        await scene.block(ann, bob)
        await scene.events()
        for user, post in ((ann, posts[bob]), (bob, posts[ann])):
            with pytest.raises(PostNotFound):
                await self.like(family, user, post)
            assert await self.likers(family, post) == []
        assert await scene.events() == []

    async def test_a_suspended_author_hides_posts(self, family: RelationalFamily) -> None:
        """Nobody may like them until the author is back."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post = await scene.post(ann)
        await scene.set_standing(ann, Standing.SUSPENDED)
        with pytest.raises(PostNotFound):
            await self.like(family, bob, post)
        await scene.set_standing(ann, Standing.ACTIVE)
        assert (await self.like(family, bob, post)).changed

    async def test_a_like_can_always_be_taken_back(self, family: RelationalFamily) -> None:
        """Also from a post that one may no longer see."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post = await scene.post(ann)
        await self.like(family, bob, post)
        await scene.set_private(ann, is_private=True)
        assert LikeOutcome(changed=True, like_count=0) == await self.unlike(family, bob, post)
        with pytest.raises(PostNotFound):
            await self.unlike(family, bob, post)

    async def test_likers_come_newest_first(self, family: RelationalFamily) -> None:
        """By time, then by id; pages join without gap or repeat."""
        ann, *others = await self.scene(family).users(6)
        post = await self.scene(family).post(ann)
        for user, at in zip(others, (2000, 1000, 3000, 2000, 2000), strict=True):
            await self.like(family, user, post, at)
        expected = [others[2], others[4], others[3], others[0], others[1]]
        for limit in (1, 2, 3, 5, 10):
            assert expected == await self.likers(family, post, limit=limit)

    async def test_likers_are_filtered_for_the_viewer(self, family: RelationalFamily) -> None:
        """Blocks both ways hide people from each other, on third people's posts too."""
        scene = self.scene(family)
        ann, *others = await scene.users(7)
        post = await scene.post(ann)
        for user in others:
            await self.like(family, user, post)
        viewer, blocked, blocking, *rest = others
        await scene.block(viewer, blocked)
        await scene.block(blocking, viewer)
        assert [*reversed(rest), viewer] == await self.likers(family, post, viewer)
        assert list(reversed(others)) == await self.likers(family, post)

    async def test_a_suspended_liker_is_left_out(self, family: RelationalFamily) -> None:
        """Pages stay full; the like itself stays and shows again later."""
        scene = self.scene(family)
        ann, *others = await scene.users(5)
        post = await scene.post(ann)
        for user in others:
            await self.like(family, user, post)
        await scene.set_standing(others[2], Standing.SUSPENDED)
        shown = [others[3], others[1], others[0]]
        assert shown == await self.likers(family, post)
        await scene.set_standing(others[2], Standing.ACTIVE)
        assert list(reversed(others)) == await self.likers(family, post)

    async def test_posts_are_counted_apart(self, family: RelationalFamily) -> None:
        """A like of one post shows at no other."""
        ann, bob = await self.scene(family).users(2)
        first, second = [await self.scene(family).post(ann) for _ in range(2)]
        await self.like(family, bob, first)
        assert await self.likers(family, second) == []
        assert (await self.like(family, ann, second)).like_count == 1

    async def test_concurrent_repeats_count_once(self, family: RelationalFamily) -> None:
        """Ten people like five times each, all at once."""
        ann, *others = await self.scene(family).users(11)
        post = await self.scene(family).post(ann)
        outcomes = await asyncio.gather(
            *(self.like(family, user, post) for _ in range(5) for user in others)
        )
        assert sum(outcome.changed for outcome in outcomes) == 10
        assert set(others) == set(await self.likers(family, post, limit=20))
        assert (await self.like(family, others[0], post)).like_count == 10
        assert len(await self.scene(family).events(PostLiked.kind)) == 10

    async def test_the_count_equals_the_list(self, family: RelationalFamily) -> None:
        """After any interleaving of likes and unlikes of the same people."""
        ann, *others = await self.scene(family).users(5)
        post = await self.scene(family).post(ann)
        calls = (self.like, self.unlike)
        await asyncio.gather(
            *(calls[n % 2](family, user, post) for n in range(7) for user in others)
        )
        likers = await self.likers(family, post, limit=20)
        (await self.like(family, ann, post))
        outcome = await self.unlike(family, ann, post)
        assert len(likers) == outcome.like_count

    @requires("reopen")
    async def test_likes_outlive_a_process(self, family: RelationalFamily) -> None:
        """Another handle sees what this one stored."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        await self.like(family, bob, post)
        async with self.reopen() as other:
            assert [bob] == await self.likers(other, post)
            assert LikeOutcome(changed=False, like_count=1) == await self.like(other, bob, post)
