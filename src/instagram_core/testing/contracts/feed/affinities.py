"""The contract of affinities: what somebody did counts, fades, and ends with a block."""

from collections.abc import Mapping

from hypothesis import strategies as st

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.feed.affinity import FORGOTTEN_MS, HALF_LIFE_MS, WORTH, Interaction
from instagram_core.graph.events import Unblocked
from instagram_core.likes.model import Like
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract

LIKE, VISIT = WORTH[Interaction.LIKE], WORTH[Interaction.VISIT]
AGE = st.sampled_from([0, 1, HALF_LIFE_MS // 2, HALF_LIFE_MS, FORGOTTEN_MS - 1, FORGOTTEN_MS])


class AffinityMachine(moves.Likes, moves.Blocks):
    """Likes, visits and blocks, looked at from several moments."""

    @move(6, pair=moves.PAIR, age=AGE)
    async def visit(self, pair: tuple[int, int], age: int) -> object:
        """Visit a profile, some time ago."""
        viewer, owner = map(self.person, pair)
        return await self.subject.affinities.visited(viewer, owner, NOW - age)

    @move(who=moves.PERSON, age=AGE)
    async def strengths(self, who: int, age: int) -> object:
        """Ask how close everybody is; floats of two machines differ in their last digits."""
        people = [self.person(number) for number in moves.PEOPLE]
        found = await self.subject.affinities.strengths(self.person(who), people, NOW - age)
        return {user: round(strength, 9) for user, strength in found.items()}

    @move()
    async def all_strengths(self) -> object:
        """Ask for everybody, now."""
        return [await self.strengths(who, 0) for who in moves.PEOPLE]


class AffinitiesContract(RelationalContract):
    """What every `Affinities` does."""

    machine = AffinityMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Ask how close nobody is to nobody."""
        user = UserId(self.ids.new())
        return await subject.affinities.strengths(user, [user], NOW)

    async def strengths(
        self, family: RelationalFamily, reader: UserId, *authors: UserId, at: int = NOW
    ) -> Mapping[UserId, float]:
        """Ask, rounded."""
        found = await family.affinities.strengths(reader, authors, at)
        return {author: round(strength, 6) for author, strength in found.items()}

    async def like(
        self, family: RelationalFamily, user: UserId, post: PostId, at: int = NOW
    ) -> None:
        """Like a post."""
        await family.likes.add(Like(user_id=user, post_id=post, at=at))

    async def test_who_was_never_liked_nor_visited_is_absent(
        self, family: RelationalFamily
    ) -> None:
        """Also who is unknown; nothing asked, nothing given."""
        ann, bob = await self.scene(family).users(2)
        assert await self.strengths(family, ann, bob, UserId(self.ids.new())) == {}
        assert await self.strengths(family, ann) == {}

    async def test_likes_of_an_authors_posts_add_up(self, family: RelationalFamily) -> None:
        """For whoever likes, towards whom they like, among those who are asked for."""
        scene = self.scene(family)
        ann, bob, cem, dan = await scene.users(4)
        posts = {await scene.post(bob): bob, await scene.post(bob): bob, await scene.post(cem): cem}
        for post in posts:
            await self.like(family, ann, post)
        await self.like(family, dan, next(iter(posts)))
        assert {bob: 2 * LIKE, cem: LIKE} == await self.strengths(family, ann, bob, cem, dan)
        assert {cem: LIKE} == await self.strengths(family, ann, cem)
        assert await self.strengths(family, bob, ann, cem, dan) == {}

    async def test_a_like_taken_back_counts_nothing(self, family: RelationalFamily) -> None:
        """Nor one whose post is gone."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(bob) for _ in range(3)]
        for post in posts:
            await self.like(family, ann, post)
        await family.likes.remove(ann, posts[0])
        await family.posts.delete(posts[1])
        assert {bob: LIKE} == await self.strengths(family, ann, bob)

    async def test_what_was_done_fades(self, family: RelationalFamily) -> None:
        """Half after a half-life, nothing after ten; what is of the future counts as of now."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        await self.like(family, ann, await scene.post(bob))
        await family.affinities.visited(ann, cem, NOW)
        for age, share in ((-1000, 1), (0, 1), (HALF_LIFE_MS, 0.5), (2 * HALF_LIFE_MS, 0.25)):
            found = await self.strengths(family, ann, bob, cem, at=NOW + age)
            assert {bob: LIKE * share, cem: VISIT * share} == found
        assert await self.strengths(family, ann, bob, cem, at=NOW + FORGOTTEN_MS) == {}

    async def test_visits_add_up_with_likes(self, family: RelationalFamily) -> None:
        """Each by itself, towards the one who is visited."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        assert await family.affinities.visited(ann, bob, NOW)
        assert await family.affinities.visited(ann, bob, NOW)
        assert {bob: 2 * VISIT} == await self.strengths(family, ann, bob)
        await self.like(family, ann, await scene.post(bob))
        assert {bob: 2 * VISIT + LIKE} == await self.strengths(family, ann, bob)
        assert await self.strengths(family, bob, ann) == {}

    async def test_visits_may_come_in_any_order(self, family: RelationalFamily) -> None:
        """An earlier one that is recorded later counts as it would have."""
        ann, bob, cem = await self.scene(family).users(3)
        moments = [NOW - HALF_LIFE_MS, NOW, NOW - 2 * HALF_LIFE_MS]
        for owner, visits in ((bob, moments), (cem, sorted(moments))):
            for at in visits:
                await family.affinities.visited(ann, owner, at)
        expected = round(VISIT * 1.75, 6)
        assert {bob: expected, cem: expected} == await self.strengths(family, ann, bob, cem)

    async def test_oneself_is_never_close(self, family: RelationalFamily) -> None:
        """Neither by likes of one's own posts nor by looking at oneself."""
        scene = self.scene(family)
        ann = await scene.user()
        await self.like(family, ann, await scene.post(ann))
        assert not await family.affinities.visited(ann, ann, NOW)
        assert await self.strengths(family, ann, ann) == {}

    async def test_a_block_ends_it_both_ways(self, family: RelationalFamily) -> None:
        """While it lasts nothing is recorded, and unblocking restores nothing."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        pairs = [(ann, bob), (bob, ann)]
        for viewer, owner in (*pairs, (ann, cem), (cem, bob)):
            await family.affinities.visited(viewer, owner, NOW)
        await scene.block(ann, bob)
        for viewer, owner in pairs:
            assert not await family.affinities.visited(viewer, owner, NOW)
        await family.blocks.unblock(Unblocked(blocker_id=ann, blocked_id=bob))
        assert {cem: VISIT} == await self.strengths(family, ann, bob, cem)
        assert {bob: VISIT} == await self.strengths(family, cem, ann, bob)
        assert await self.strengths(family, bob, ann, cem) == {}

    async def test_only_who_is_there_is_visited(self, family: RelationalFamily) -> None:
        """Not the suspended, the deleted, the unknown; nor by the deleted."""
        scene = self.scene(family)
        ann, suspended, deleted = await scene.users(3)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        for owner in (suspended, deleted, UserId(self.ids.new())):
            assert not await family.affinities.visited(ann, owner, NOW)
        assert not await family.affinities.visited(deleted, ann, NOW)

    async def test_a_private_profile_can_be_visited(self, family: RelationalFamily) -> None:
        """It shows to strangers."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        assert await family.affinities.visited(ann, bob, NOW)
        assert {bob: VISIT} == await self.strengths(family, ann, bob)

    async def test_erasing_either_account_forgets_visits(self, family: RelationalFamily) -> None:
        """Those of others stay."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for viewer, owner in ((ann, bob), (bob, ann), (ann, cem), (cem, ann)):
            await family.affinities.visited(viewer, owner, NOW)
        await scene.set_standing(bob, Standing.DELETED)
        while not await family.eraser.erase(bob, 2):
            pass
        assert {cem: VISIT} == await self.strengths(family, ann, bob, cem)
        assert await self.strengths(family, bob, ann) == {}
        assert {ann: VISIT} == await self.strengths(family, cem, ann)
