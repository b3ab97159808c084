"""The contract of erasing what a deleted account leaves behind."""

from collections.abc import Mapping
from typing import Any

import pytest

from instagram_core.accounts.errors import UsernameTakenError, UserNotFound
from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.model import PersonalList
from instagram_core.likes.model import Like
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.posts.errors import PostNotFound
from instagram_core.posts.events import PostDeleted
from instagram_core.testing import moves
from instagram_core.testing.factories import account, picture, session
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class EraserMachine(moves.Follows, moves.Likes, moves.Blocks):
    """People who leave and are erased while others go on."""

    async def prepare(self) -> None:
        """Nobody has left yet."""
        await super().prepare()
        self.gone: set[int] = set()

    def allows(self, arguments: Mapping[str, Any]) -> bool:
        """Those who left do nothing more, and nobody does anything to them."""
        named = {arguments.get("who"), arguments.get("by"), *arguments.get("pair", ())}
        return self.gone.isdisjoint(named)

    @move(who=moves.PERSON)
    async def leave(self, who: int) -> None:
        """Delete an account and erase it, a few rows at a time."""
        self.gone.add(who)
        await self.scene.set_standing(self.person(who), Standing.DELETED)
        while not await self.subject.eraser.erase(self.person(who), 2):
            pass

    @move(who=moves.PERSON)
    async def erase(self, who: int) -> object:
        """Erase somebody who stays: nothing happens."""
        return await self.subject.eraser.erase(self.person(who), 100)

    @move()
    async def numbers(self) -> object:
        """Read the numbers of those who stay."""
        staying = await self.subject.users.get_many(map(self.person, moves.PEOPLE))
        counts = dict(await self.subject.profiles.counts(staying))
        posts = [self.post(place) for place in moves.PLACES]
        states = await self.subject.states.states(None, posts)
        return counts, {post: state.like_count for post, state in states.items()}


class AccountEraserContract(RelationalContract):
    """What every `AccountEraser` does."""

    machine = EraserMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Erase nobody."""
        return await subject.eraser.erase(UserId(self.ids.new()), 1)

    async def erase(self, family: RelationalFamily, user: UserId, limit: int = 100) -> int:
        """Delete and erase somebody; give how many calls it took."""
        await self.scene(family).set_standing(user, Standing.DELETED)
        calls = 1
        while not await family.eraser.erase(user, limit):
            calls += 1
            assert calls < 1000, "it never ends"
        return calls

    async def test_whoever_stays_is_never_touched(self, family: RelationalFamily) -> None:
        """Active or suspended: True at once, and everything is there."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post = await scene.post(ann)
        await scene.follow(bob, ann)
        for standing in (Standing.ACTIVE, Standing.SUSPENDED):
            await scene.set_standing(ann, standing)
            assert await family.eraser.erase(ann, 100)
            assert post in await family.posts.get_many([post])
            counts = await family.profiles.counts([ann])
            assert ProfileCounts(followers=1, posts=1) == counts[ann]

    async def test_follows_end_with_exact_counts(self, family: RelationalFamily) -> None:
        """Both ways, requests too; those of others stay."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        dan = await scene.user(is_private=True)
        for follower, followee in ((ann, bob), (bob, ann), (cem, bob), (bob, cem)):
            await scene.follow(follower, followee)
        await scene.request(ann, dan)
        await self.erase(family, ann)
        counts = await family.profiles.counts([bob, cem])
        assert ProfileCounts(followers=1, following=1) == counts[bob] == counts[cem]
        assert (await family.follow_lists.requests(dan, None, 5)).items == ()
        assert await family.follows.accept_all(dan, scene.now) == 0

    async def test_likes_are_taken_back(self, family: RelationalFamily) -> None:
        """The counts of others' posts fall; others' likes stay."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        post = await scene.post(bob)
        for user in (ann, cem):
            await family.likes.add(Like(user_id=user, post_id=post, at=scene.now))
        await self.erase(family, ann)
        state = (await family.states.states(None, [post]))[post]
        assert state.like_count == 1
        assert (await family.likes.likers(post, None, None, 5)).items == (cem,)

    async def test_posts_go_as_if_deleted_each(self, family: RelationalFamily) -> None:
        """Whatever their status: events are recorded and files discarded; others' posts stay."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(ann), await scene.upload(ann), await scene.failed_post(ann)]
        other = await scene.post(bob)
        await scene.events()
        await self.erase(family, ann)
        jobs = await family.jobs.lease(["default", "media", "fanout"], 100, 60)
        deleted = {job.payload["post_id"] for job in jobs if job.kind == PostDeleted.kind}
        stems = {s for job in jobs if job.kind == MediaDiscarded.kind for s in job.payload["stems"]}
        assert {str(post) for post in posts} == deleted
        assert {post.hex for post in posts} == stems
        assert await family.media_usage.in_use([post.hex for post in posts]) == frozenset()
        assert [other] == list(await family.posts.get_many([*posts, other]))

    async def test_sessions_and_avatar_go(self, family: RelationalFamily) -> None:
        """The files of the avatar, shown or awaited, are discarded."""
        scene = self.scene(family)
        ann = await scene.user()
        await family.sessions.add(session(self.ids.new(), ann))
        shown, awaited = self.ids.new(), self.ids.new()
        await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=shown.hex))
        await family.avatars.publish(ann, picture(shown))
        await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=awaited.hex))
        await scene.events()
        await self.erase(family, ann)
        discarded = await scene.events(MediaDiscarded.kind)
        assert {shown.hex, awaited.hex} == {stem for one in discarded for stem in one["stems"]}
        assert await family.media_usage.in_use([shown.hex, awaited.hex]) == frozenset()
        assert await family.sessions.revoke(ann) == 0

    async def test_lists_and_blocks_go(self, family: RelationalFamily) -> None:
        """On both sides."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for which in PersonalList:
            await family.personal_lists.put(which, bob, ann, scene.now)
        await scene.block(cem, ann)
        await self.erase(family, ann)
        for which in PersonalList:
            assert not await family.personal_lists.remove(which, bob, ann)
        assert (await family.blocks.page(cem, None, 5)).items == ()

    async def test_who_is_deleted_does_nothing_any_more(self, family: RelationalFamily) -> None:
        """A request that was let in before would leave what no erasing finds."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post = await scene.post(ann)
        await scene.set_standing(bob, Standing.DELETED)
        with pytest.raises(PostNotFound):
            await family.likes.add(Like(user_id=bob, post_id=post, at=1))
        with pytest.raises(UserNotFound):
            await scene.request(bob, ann)

    async def test_the_name_stays_taken(self, family: RelationalFamily) -> None:
        """Also when all else is gone."""
        leaving = account(self.ids.new())
        await family.users.add(leaving)
        await self.erase(family, leaving.user.id)
        again = account(self.ids.new(), username=leaving.user.username, email="new@example.org")
        with pytest.raises(UsernameTakenError):
            await family.users.add(again)
        assert await family.users.account(leaving.user.id) is None

    async def test_erasing_is_bounded_and_resumable(self, family: RelationalFamily) -> None:
        """A few rows a call; done, it is done, however often it is called."""
        scene = self.scene(family)
        ann, *others = await scene.users(9)
        for other in others:
            await scene.follow(other, ann)
            await scene.post(ann)
        assert await self.erase(family, ann, limit=2) > 2
        assert await family.eraser.erase(ann, 2)
        counts = await family.profiles.counts(others)
        assert {ProfileCounts()} == set(counts.values())

    async def test_nobody_unknown_is_erased(self, family: RelationalFamily) -> None:
        """True at once."""
        assert await family.eraser.erase(UserId(self.ids.new()), 10)
