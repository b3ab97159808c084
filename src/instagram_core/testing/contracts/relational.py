"""The contract of the relational family as a whole: its repositories commit and fail together."""

import asyncio
from contextlib import suppress

import attrs
import pytest
from hypothesis import strategies as st

from instagram_core.accounts.errors import UsernameTakenError
from instagram_core.accounts.events import PrivacyChanged
from instagram_core.accounts.model import AccountChange, ProfileCounts, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.feed.affinity import WORTH
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import PushRule
from instagram_core.graph.events import Followed, FollowRequested
from instagram_core.graph.model import PersonalList
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.kernel.errors import TransactionDoomed
from instagram_core.likes.events import PostLiked
from instagram_core.likes.model import Like
from instagram_core.media.events import AvatarSubmitted
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW, account, new_post, post_media, session
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract, Rollback


class FamilyMachine(moves.Follows, moves.Likes, moves.Blocks, moves.Lists):
    """All moves, transactions of several of them, and every number and view read back."""

    @move(pair=moves.PAIR, place=moves.PLACE, fails=st.booleans())
    async def transact(self, pair: tuple[int, int], place: int, *, fails: bool) -> object:
        """Block somebody, delete a post and change privacy in one transaction."""
        with suppress(Rollback):
            async with self.subject.transaction():
                blocked = await self.block(pair, 0)
                deleted = await self.subject.posts.delete(self.post(place))
                await self.set_private(pair[0], is_private=True)
                if fails:
                    raise Rollback
                return blocked, deleted
        return "failed"

    @move(viewer=moves.VIEWER)
    async def everything(self, viewer: int | None) -> object:
        """Read numbers, states and sights."""
        people = [self.person(number) for number in moves.PEOPLE]
        posts = [self.post(place) for place in moves.PLACES]
        seer = self.viewer(viewer)
        return (
            dict(await self.subject.users.get_many(people)),
            dict(await self.subject.profiles.counts(people)),
            dict(await self.subject.states.states(seer, posts)),
            dict(await self.subject.sights.sights(seer, people)),
        )

    @move()
    async def views(self) -> object:
        """Read all of it as everybody and nobody sees it."""
        return [await self.everything(viewer) for viewer in (None, *moves.PEOPLE)]

    @move(who=moves.PERSON)
    async def home(self, who: int) -> object:
        """Read a feed."""
        reader, read = self.person(who), self.subject.followed_posts.page
        return await walk(lambda after, n: read(reader, after, n))


@attrs.frozen
class _Before:
    """What is there before a transaction that uses every repository."""

    ann: UserId
    bob: UserId
    upload: PostId
    post: PostId


class RelationalFamilyContract(RelationalContract):
    """What every relational family does, whatever its store."""

    machine = FamilyMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Use three repositories in a transaction."""
        async with subject.transaction():
            scene = self.scene(subject)
            return await scene.post(await scene.user())

    async def arranged(self, family: RelationalFamily) -> _Before:
        """Make two people, an upload and a post, and forget the events."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        before = _Before(ann, bob, await scene.upload(ann), await scene.post(ann))
        await scene.events()
        return before

    async def write_everywhere(self, family: RelationalFamily, before: _Before) -> UserId:
        """Change something through every repository; give somebody new."""
        ann, bob = before.ann, before.bob
        cem = await self.scene(family).user()
        await family.users.change(ann, AccountChange(bio="x"), [PrivacyChanged(user_id=ann)])
        await family.sessions.add(session(self.ids.new(), cem))
        await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=self.ids.new().hex))
        followed = Followed(follower_id=bob, followee_id=ann)
        requested = FollowRequested(follower_id=bob, followee_id=ann)
        await family.follows.follow(followed, requested, NOW)
        await family.delivery.settle(ann, PushRule(pulled_from=1))
        await family.personal_lists.put(PersonalList.MUTES, bob, ann, NOW)
        await self.scene(family).block(ann, cem)
        post = PostId(self.ids.new())
        await family.posts.add(new_post(post, ann), PostSubmitted(post_id=post))
        await family.processing.publish(before.upload, post_media(before.upload), NOW)
        like = Like(user_id=bob, post_id=before.post, at=NOW)
        await family.likes.add(like, PostLiked(post_id=before.post, user_id=bob))
        await family.affinities.visited(bob, ann, NOW)
        await family.schedule.strike("contract", 7, PrivacyChanged(user_id=cem))
        key = EffectKey(user=ann, route="POST /contract", key="one")
        await family.idempotency.claim(key, b"fingerprint")
        await family.idempotency.keep(key, StoredAnswer(status=201, body=b"{}"))
        return cem

    async def traces(self, family: RelationalFamily, before: _Before) -> dict[str, object]:
        """Give what everybody can see of those changes."""
        ann, bob, scene = before.ann, before.bob, self.scene(family)
        key = EffectKey(user=ann, route="POST /contract", key="one")
        async with family.transaction():
            kept = await family.idempotency.claim(key, b"fingerprint")
        account_of_ann = await family.users.account(ann)
        assert account_of_ann is not None
        state = (await family.states.states(bob, [before.post]))[before.post]
        return {
            "bio": account_of_ann.user.bio,
            "counts": (await family.profiles.counts([ann]))[ann],
            "followers": (await family.follow_lists.followers(ann, None, None, 5)).items,
            "muting": state.sight.relationship.muting,
            "blocks": len((await family.blocks.page(ann, None, 5)).items),
            "crossing": await family.delivery.arrive(AuthorCrossed(author_id=ann, round=1)),
            "posts": set((await family.posts.page(ann, None, 5)).items),
            "likes": (state.like_count, state.is_liked),
            "affinity": (await family.affinities.strengths(bob, [ann], NOW)).get(ann, 0.0),
            "avatar": await family.avatars.clear(ann),
            "kept": kept is not None,
            "struck": not await family.schedule.strike("contract", 7, PrivacyChanged(user_id=ann)),
            "events": len(await scene.events()) > 3,
        }

    async def test_every_repository_commits_together(self, family: RelationalFamily) -> None:
        """One transaction over all of them keeps all of it."""
        before = await self.arranged(family)
        async with family.transaction():
            cem = await self.write_everywhere(family, before)
        assert cem in await family.users.get_many([cem])
        assert await family.sessions.revoke(cem) == 1
        assert {
            "bio": "x",
            "counts": ProfileCounts(followers=1, posts=2),
            "followers": (before.bob,),
            "muting": True,
            "blocks": 1,
            "crossing": True,
            "posts": {before.post, before.upload},
            "likes": (1, True),
            "affinity": sum(WORTH.values()),
            "avatar": True,
            "kept": True,
            "struck": True,
            "events": True,
        } == await self.traces(family, before)

    async def test_every_repository_rolls_back_together(self, family: RelationalFamily) -> None:
        """Nothing of it is left: no row, no count, no event, no key, no slot."""
        before = await self.arranged(family)
        written: list[UserId] = []
        with suppress(Rollback):
            async with family.transaction():
                written.append(await self.write_everywhere(family, before))
                raise Rollback
        assert dict(await family.users.get_many(written)) == {}
        assert await family.sessions.revoke(written[0]) == 0
        assert {
            "bio": "",
            "counts": ProfileCounts(posts=1),
            "followers": (),
            "muting": False,
            "blocks": 0,
            "crossing": False,
            "posts": {before.post},
            "likes": (0, False),
            "affinity": 0.0,
            "avatar": False,
            "kept": False,
            "struck": False,
            "events": False,
        } == await self.traces(family, before)

    async def test_a_doomed_transaction_stores_nothing(self, family: RelationalFamily) -> None:
        """An error swallowed between two repositories takes both back, and is told."""
        before = await self.arranged(family)
        with pytest.raises(TransactionDoomed):
            async with family.transaction():
                await self.write_everywhere(family, before)
                with suppress(Rollback):
                    async with family.transaction():
                        raise Rollback
        assert (await family.profiles.counts([before.ann]))[before.ann] == ProfileCounts(posts=1)
        assert await self.scene(family).events() == []

    async def test_a_refusal_takes_back_what_came_before(self, family: RelationalFamily) -> None:
        """A domain error of one repository ends the work of the others."""
        before = await self.arranged(family)
        taken = await family.users.account(before.bob)
        assert taken is not None
        twin = account(self.ids.new(), username=taken.user.username, email="twin@example.org")
        with pytest.raises(UsernameTakenError):
            async with family.transaction():
                await self.scene(family).follow(before.bob, before.ann)
                await family.users.add(twin)
        assert (await family.profiles.counts([before.ann]))[before.ann].followers == 0

    async def test_two_requests_of_one_key_have_one_effect(self, family: RelationalFamily) -> None:
        """The key and the effect commit together: many at once make one post."""
        before = await self.arranged(family)
        key = EffectKey(user=before.ann, route="POST /posts", key="retry")

        async def submit() -> bytes:
            async with family.transaction():
                kept = await family.idempotency.claim(key, b"fingerprint")
                if kept is not None:
                    return kept.body
                post = await self.scene(family).post(before.ann)
                await family.idempotency.keep(key, StoredAnswer(status=201, body=post.bytes))
                return post.bytes

        answers = await asyncio.gather(*(submit() for _ in range(8)))
        assert len(set(answers)) == 1
        assert (await family.profiles.counts([before.ann]))[before.ann].posts == 2

    async def test_effects_cross_the_repositories(self, family: RelationalFamily) -> None:
        """A block ends likes and follows, a deletion ends likes: every reader sees it at once."""
        before = await self.arranged(family)
        scene = self.scene(family)
        await scene.follow(before.bob, before.ann)
        await family.likes.add(Like(user_id=before.bob, post_id=before.post, at=NOW))
        assert len((await family.followed_posts.page(before.bob, None, 5)).items) == 1
        await scene.block(before.ann, before.bob)
        assert (await family.followed_posts.page(before.bob, None, 5)).items == ()
        state = (await family.states.states(None, [before.post]))[before.post]
        assert state.like_count == 0
        await family.posts.delete(before.post)
        assert (await family.profiles.counts([before.ann]))[before.ann] == ProfileCounts()
        assert await family.media_usage.in_use([before.post.hex]) == frozenset()
        assert dict(await family.media_rights.rights([before.post.hex])) == {}
