"""The contracts of reading followers: lists for people, walks for fan-out."""

from collections.abc import Sequence

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import Unfollowed
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class FollowListMachine(moves.Follows, moves.Blocks):
    """Follows, blocks and standings, seen by everybody."""

    @move(who=moves.PERSON, viewer=moves.VIEWER, limit=moves.LIMIT)
    async def followers(self, who: int, viewer: int | None, limit: int) -> object:
        """Read followers to the end."""
        user, seer = self.person(who), self.viewer(viewer)
        read = self.subject.follow_lists.followers
        return await walk(lambda after, n: read(user, seer, after, n), limit)

    @move(who=moves.PERSON, viewer=moves.VIEWER, limit=moves.LIMIT)
    async def following(self, who: int, viewer: int | None, limit: int) -> object:
        """Read followees to the end."""
        user, seer = self.person(who), self.viewer(viewer)
        read = self.subject.follow_lists.following
        return await walk(lambda after, n: read(user, seer, after, n), limit)

    @move(who=moves.PERSON, limit=moves.LIMIT)
    async def requests(self, who: int, limit: int) -> object:
        """Read requests to the end."""
        user, read = self.person(who), self.subject.follow_lists.requests
        return await walk(lambda after, n: read(user, after, n), limit)

    @move()
    async def all_lists(self) -> object:
        """Read everybody's lists as they are shown to the first person."""
        return [
            (await self.followers(who, 0, 2), await self.following(who, 0, 2))
            for who in moves.PEOPLE
        ]

    @move(who=moves.PERSON, after=moves.VIEWER, limit=moves.LIMIT)
    async def walk_followers(self, who: int, after: int | None, limit: int) -> object:
        """Read one page for fan-out."""
        return await self.subject.followers.page(self.person(who), self.viewer(after), limit)


class FollowListsContract(RelationalContract):
    """What every `FollowLists` does."""

    machine = FollowListMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody's followers."""
        return await subject.follow_lists.followers(UserId(self.ids.new()), None, None, 1)

    async def followers(
        self,
        family: RelationalFamily,
        user: UserId,
        viewer: UserId | None = None,
        limit: int = 2,
    ) -> list[UserId]:
        """Give all followers."""
        read = family.follow_lists.followers
        return await walk(lambda after, n: read(user, viewer, after, n), limit)

    async def following(
        self,
        family: RelationalFamily,
        user: UserId,
        viewer: UserId | None = None,
        limit: int = 2,
    ) -> list[UserId]:
        """Give all followees."""
        read = family.follow_lists.following
        return await walk(lambda after, n: read(user, viewer, after, n), limit)

    async def requests(
        self, family: RelationalFamily, user: UserId, limit: int = 2
    ) -> list[UserId]:
        """Give all who ask."""
        read = family.follow_lists.requests
        return await walk(lambda after, n: read(user, after, n), limit)

    async def test_unknown_people_have_empty_lists(self, family: RelationalFamily) -> None:
        """Empty, not an error."""
        nobody = UserId(self.ids.new())
        assert await self.followers(family, nobody) == []
        assert await self.following(family, nobody) == []
        assert await self.requests(family, nobody) == []

    async def test_the_newest_follow_comes_first(self, family: RelationalFamily) -> None:
        """By time, then by id, both ways; pages join without gap or repeat."""
        scene = self.scene(family)
        ann, *others = await scene.users(6)
        for other, at in zip(others, (20, 10, 30, 20, 20), strict=True):
            await scene.follow(other, ann, NOW + at)
            await scene.follow(ann, other, NOW + at)
        expected = [others[2], others[4], others[3], others[0], others[1]]
        for limit in (1, 2, 3, 5, 10):
            assert expected == await self.followers(family, ann, limit=limit)
            assert expected == await self.following(family, ann, limit=limit)

    async def test_requests_come_newest_first(self, family: RelationalFamily) -> None:
        """And are no followers."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        others = await scene.users(4)
        for other, at in zip(others, (20, 10, 20, 30), strict=True):
            await scene.request(other, ann, NOW + at)
        expected = [others[3], others[2], others[0], others[1]]
        for limit in (1, 2, 4):
            assert expected == await self.requests(family, ann, limit)
        assert await self.followers(family, ann) == []
        assert await self.following(family, others[0]) == []

    async def test_an_accepted_request_counts_from_acceptance(
        self, family: RelationalFamily
    ) -> None:
        """The time of accepting is its place in the list."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        bob, cem = await scene.users(2)
        await scene.request(bob, ann, NOW)
        await scene.follow(cem, ann, NOW + 10)
        await scene.follow(bob, ann, NOW + 20)
        assert [bob, cem] == await self.followers(family, ann)
        assert await self.requests(family, ann) == []

    async def test_lists_are_of_one_person(self, family: RelationalFamily) -> None:
        """And of one direction."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        await scene.follow(ann, bob)
        await scene.follow(cem, bob)
        assert {ann, cem} == set(await self.followers(family, bob))
        assert await self.followers(family, ann) == []
        assert await self.following(family, bob) == []

    async def test_who_is_not_active_is_left_out(self, family: RelationalFamily) -> None:
        """And pages stay full."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        others = await scene.users(8)
        for number, other in enumerate(others):
            await scene.follow(ann, other)
            ask_or_follow = scene.follow if number < 4 else scene.request
            await ask_or_follow(other, ann)
        for number in (1, 5):
            await scene.set_standing(others[number], Standing.SUSPENDED)
        for number in (2, 6):
            await scene.set_standing(others[number], Standing.DELETED)
        assert [others[3], others[0]] == await self.followers(family, ann)
        assert [others[7], others[4]] == await self.requests(family, ann)
        shown = [others[number] for number in (7, 4, 3, 0)]
        assert shown == await self.following(family, ann)

    async def test_blocks_hide_people_from_each_other(self, family: RelationalFamily) -> None:
        """The viewer's own blocks, both ways; everybody else sees all of them."""
        scene = self.scene(family)
        ann, viewer, blocked, blocking, other = await scene.users(5)
        for person in (blocked, blocking, other):
            await scene.follow(person, ann)
            await scene.follow(ann, person)
        await scene.block(viewer, blocked)
        await scene.block(blocking, viewer)
        assert [other] == await self.followers(family, ann, viewer)
        assert [other] == await self.following(family, ann, viewer)
        for seer in (None, ann, other):
            assert [other, blocking, blocked] == await self.followers(family, ann, seer)
            assert [other, blocking, blocked] == await self.following(family, ann, seer)

    async def test_a_page_stays_right_while_people_come(self, family: RelationalFamily) -> None:
        """A follow between two pages shifts nothing."""
        scene = self.scene(family)
        ann, *others = await scene.users(5)
        for number, other in enumerate(others[:4]):
            await scene.follow(other, ann, NOW + number)
        read = family.follow_lists.followers
        first = await read(ann, None, None, 2)
        await scene.follow(others[3], ann, NOW + 100)
        second = await read(ann, None, first.next, 2)
        assert [*reversed(others[:4])] == [*first.items, *second.items]


class FollowerReaderContract(RelationalContract):
    """What every `FollowerReader` does."""

    machine = FollowListMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody's followers."""
        return await subject.followers.page(UserId(self.ids.new()), None, 1)

    async def all_of(
        self, family: RelationalFamily, user: UserId, limit: int = 3
    ) -> Sequence[UserId]:
        """Walk to the end."""
        found: list[UserId] = []
        while page := await family.followers.page(user, found[-1] if found else None, limit):
            assert len(page) <= limit
            assert len(set(found + list(page))) == len(found) + len(page), "somebody came twice"
            found.extend(page)
        return found

    async def test_all_followers_come_in_order_of_id(self, family: RelationalFamily) -> None:
        """Whenever they followed; those who only asked do not."""
        scene = self.scene(family)
        ann = await scene.user(is_private=True)
        others = await scene.users(7)
        for number, other in enumerate(reversed(others)):
            await scene.follow(other, ann, NOW + number % 3)
        await scene.request(await scene.user(), ann)
        for limit in (1, 3, 7, 100):
            assert sorted(others) == await self.all_of(family, ann, limit)

    async def test_nobody_s_followers_are_none(self, family: RelationalFamily) -> None:
        """Empty, not an error; nor is somebody else's follower given."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.follow(ann, bob)
        assert await family.followers.page(ann, None, 5) == ()
        assert await family.followers.page(UserId(self.ids.new()), None, 5) == ()

    async def test_the_start_is_exclusive(self, family: RelationalFamily) -> None:
        """It need not be a follower itself."""
        scene = self.scene(family)
        ann, *others = await scene.users(5)
        for other in (others[0], others[2], others[3]):
            await scene.follow(other, ann)
        assert await family.followers.page(ann, others[0], 5) == (others[2], others[3])
        assert await family.followers.page(ann, others[1], 5) == (others[2], others[3])
        assert await family.followers.page(ann, others[3], 5) == ()

    async def test_who_stays_is_given_once(self, family: RelationalFamily) -> None:
        """Whoever comes and goes during the walk."""
        scene = self.scene(family)
        ann, *others = await scene.users(9)
        for other in others[1:8]:
            await scene.follow(other, ann)
        first = await family.followers.page(ann, None, 3)
        for left in others[1:3]:
            await family.follows.unfollow(Unfollowed(follower_id=left, followee_id=ann))
        await scene.follow(others[0], ann)
        rest = await family.followers.page(ann, first[-1], 100)
        assert others[1:8] == [*first, *rest]
