"""The contract of authors' delivery: one crossing a round, and posts that know how they go."""

import asyncio

import pytest
from hypothesis import strategies as st

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.graph.events import Unfollowed
from instagram_core.posts.events import PostPublished
from instagram_core.testing import moves
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract

RULE = PushRule(pulled_from=2)


class DeliveryMachine(moves.Follows, moves.Posts, moves.Blocks):
    """Followers who come and go, rules that change, crossings that arrive late or twice."""

    published = (0,)

    @move(4, who=moves.PERSON, pulled_from=st.integers(1, 2))
    async def settle(self, who: int, pulled_from: int) -> object:
        """Bring somebody in line."""
        rule = PushRule(pulled_from=pulled_from)
        return await self.subject.delivery.settle(self.person(who), rule)

    @move(2, who=moves.PERSON, number=st.integers(1, 2))
    async def arrive(self, who: int, number: int) -> object:
        """End a crossing, maybe one that is over."""
        crossed = AuthorCrossed(author_id=self.person(who), round=number)
        return await self.subject.delivery.arrive(crossed)

    @move(pulled_from=st.integers(1, 2), limit=moves.LIMIT)
    async def unsettled(self, pulled_from: int, limit: int) -> object:
        """Look for those who do not fit."""
        rule = PushRule(pulled_from=pulled_from)
        found = await self.subject.delivery.unsettled(rule, None, limit)
        rest = await self.subject.delivery.unsettled(rule, found[-1] if found else None, 9)
        return found, rest

    @move()
    async def pulled(self) -> object:
        """Ask who is pulled."""
        return sorted(await self.subject.delivery.pulled(map(self.person, moves.PEOPLE)))

    @move()
    async def everybody(self) -> object:
        """Look for all who do not fit."""
        return await self.unsettled(1, 9)


class AuthorDeliveryContract(RelationalContract):
    """What every `AuthorDelivery` does, and what publishing makes of it."""

    machine = DeliveryMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Settle nobody."""
        return await subject.delivery.settle(UserId(self.ids.new()), RULE)

    async def followed(self, family: RelationalFamily, count: int) -> tuple[UserId, list[UserId]]:
        """Give an author and so many followers."""
        author, *followers = await self.scene(family).users(1 + count)
        for follower in followers:
            await self.scene(family).follow(follower, author)
        await self.scene(family).events()
        return author, followers

    async def unfollow(self, family: RelationalFamily, follower: UserId, author: UserId) -> None:
        """End a follow."""
        event = Unfollowed(follower_id=follower, followee_id=author)
        await family.follows.unfollow(event)

    async def pulled(self, family: RelationalFamily) -> tuple[UserId, list[UserId]]:
        """Give an author who is pulled, and two followers."""
        author, followers = await self.followed(family, 2)
        await family.delivery.settle(author, RULE)
        assert await family.delivery.arrive(AuthorCrossed(author_id=author, round=1))
        await self.scene(family).events()
        return author, followers

    async def is_pushed(self, family: RelationalFamily, author: UserId) -> object:
        """Publish, and give what was said of it."""
        await self.scene(family).post(author)
        (told,) = await self.scene(family).events(PostPublished.kind)
        return told["is_pushed"]

    async def test_an_author_crosses_at_the_threshold(self, family: RelationalFamily) -> None:
        """Not below it; once, however often they are settled."""
        author, _ = await self.followed(family, 1)
        (more,) = await self.scene(family).users(1)
        assert await family.delivery.settle(author, RULE) is Delivery.PUSH
        assert await self.scene(family).events() == []
        await self.scene(family).follow(more, author)
        for _ in range(3):
            assert await family.delivery.settle(author, RULE) is Delivery.CROSSING
        expected = [{"author_id": str(author), "round": 1}]
        assert expected == await self.scene(family).events(AuthorCrossed.kind)

    async def test_nobody_is_pushed(self, family: RelationalFamily) -> None:
        """An account that is not there stays as everybody begins."""
        assert await family.delivery.settle(UserId(self.ids.new()), RULE) is Delivery.PUSH
        assert await family.delivery.unsettled(RULE, None, 5) == ()

    async def test_a_crossing_arrives_once(self, family: RelationalFamily) -> None:
        """And settling lets an author stay who arrived."""
        author, _ = await self.followed(family, 2)
        crossed = AuthorCrossed(author_id=author, round=1)
        assert not await family.delivery.arrive(crossed)
        await family.delivery.settle(author, RULE)
        assert [await family.delivery.arrive(crossed) for _ in range(2)] == [True, False]
        assert await family.delivery.settle(author, RULE) is Delivery.PULL
        assert not await family.delivery.arrive(AuthorCrossed(author_id=author, round=2))

    async def test_an_author_returns_below_nine_tenths(self, family: RelationalFamily) -> None:
        """Between that and the threshold each stays as they are."""
        author, _ = await self.followed(family, 9)
        settle = family.delivery.settle
        rules = {Delivery.PUSH: (10, 11), Delivery.CROSSING: (9, 10)}
        for expected, thresholds in rules.items():
            for threshold in thresholds:
                assert await settle(author, PushRule(pulled_from=threshold)) is expected
        assert await settle(author, PushRule(pulled_from=11)) is Delivery.PUSH
        assert await settle(author, PushRule(pulled_from=9)) is Delivery.CROSSING
        assert await family.delivery.arrive(AuthorCrossed(author_id=author, round=2))
        assert await settle(author, PushRule(pulled_from=10)) is Delivery.PULL
        assert await settle(author, PushRule(pulled_from=11)) is Delivery.PUSH

    async def test_an_old_crossing_arrives_nowhere(self, family: RelationalFamily) -> None:
        """Who went back and crossed again arrives by the new round alone."""
        author, (first, _) = await self.followed(family, 2)
        settle, scene = family.delivery.settle, self.scene(family)
        old, new = (AuthorCrossed(author_id=author, round=number) for number in (1, 2))
        await settle(author, RULE)
        await self.unfollow(family, first, author)
        assert await settle(author, RULE) is Delivery.PUSH
        assert not await family.delivery.arrive(old)
        await scene.follow(first, author)
        assert await settle(author, RULE) is Delivery.CROSSING
        assert sorted(e["round"] for e in await scene.events(AuthorCrossed.kind)) == [1, 2]
        assert not await family.delivery.arrive(old)
        assert await self.is_pushed(family, author)
        assert await family.delivery.arrive(new)

    async def test_a_post_is_pushed_until_its_author_arrived(
        self, family: RelationalFamily
    ) -> None:
        """Whoever crosses is still pushed; whoever returned is again."""
        author, followers = await self.followed(family, 2)
        assert await self.is_pushed(family, author) is True
        await family.delivery.settle(author, RULE)
        assert await self.is_pushed(family, author) is True
        await family.delivery.arrive(AuthorCrossed(author_id=author, round=1))
        assert await self.is_pushed(family, author) is False
        assert await self.is_pushed(family, followers[0]) is True
        await self.unfollow(family, followers[0], author)
        assert await self.is_pushed(family, author) is False
        await family.delivery.settle(author, RULE)
        assert await self.is_pushed(family, author) is True

    async def test_who_is_pulled_is_told(self, family: RelationalFamily) -> None:
        """Not who is on the way; nobody of whom nothing is known."""
        pulled, _ = await self.pulled(family)
        crossing, (follower, _) = await self.followed(family, 2)
        await family.delivery.settle(crossing, RULE)
        asked = [pulled, crossing, follower, UserId(self.ids.new())]
        assert await family.delivery.pulled(asked) == {pulled}
        assert await family.delivery.pulled([]) == frozenset()
        assert await family.delivery.pulled([crossing]) == frozenset()

    async def test_those_who_do_not_fit_are_found(self, family: RelationalFamily) -> None:
        """In the order of ids, page by page: whoever settling would move, and nobody else."""
        scene, delivery = self.scene(family), family.delivery
        returning, (leaver, _) = await self.pulled(family)
        await self.pulled(family)
        rising = [(await self.followed(family, 2))[0] for _ in range(3)]
        await self.followed(family, 1)
        await self.unfollow(family, leaver, returning)
        expected = tuple(sorted([returning, *rising]))
        assert expected == await delivery.unsettled(RULE, None, 9)
        first = await delivery.unsettled(RULE, None, 2)
        assert expected == first + await delivery.unsettled(RULE, first[-1], 9)
        await scene.events()
        for author in expected:
            await delivery.settle(author, RULE)
        assert await delivery.unsettled(RULE, None, 9) == ()
        crossed = await scene.events(AuthorCrossed.kind)
        assert sorted(map(str, rising)) == sorted(event["author_id"] for event in crossed)

    async def test_of_many_at_once_one_crosses(self, family: RelationalFamily) -> None:
        """All are told where the author is; one event is recorded."""
        author, _ = await self.followed(family, 2)
        settled = await asyncio.gather(*(family.delivery.settle(author, RULE) for _ in range(8)))
        assert settled == [Delivery.CROSSING] * 8
        expected = [{"author_id": str(author), "round": 1}]
        assert expected == await self.scene(family).events(AuthorCrossed.kind)

    @pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
    async def test_followers_count_whatever_their_standing(
        self, family: RelationalFamily, standing: Standing
    ) -> None:
        """Until they are erased: they may return, and still have timelines."""
        author, followers = await self.followed(family, 2)
        for follower in followers:
            await self.scene(family).set_standing(follower, standing)
        assert await family.delivery.settle(author, RULE) is Delivery.CROSSING

    async def test_erasing_an_author_ends_their_delivery(self, family: RelationalFamily) -> None:
        """And erasing followers makes one an author of few."""
        author, followers = await self.pulled(family)
        other, _ = await self.pulled(family)
        await self.scene(family).set_standing(followers[0], Standing.DELETED)
        assert await family.eraser.erase(followers[0], 100)
        assert (author,) == await family.delivery.unsettled(RULE, None, 9)
        await self.scene(family).set_standing(author, Standing.DELETED)
        assert await family.eraser.erase(author, 100)
        assert await family.delivery.unsettled(RULE, None, 9) == ()
        assert await family.delivery.settle(author, RULE) is Delivery.PUSH
        assert await family.delivery.settle(other, RULE) is Delivery.PULL

    async def test_a_transaction_takes_it_all_back(self, family: RelationalFamily) -> None:
        """Delivery and event, as with everything of the family."""
        author, _ = await self.followed(family, 2)
        with pytest.raises(ZeroDivisionError):
            async with family.transaction():
                await family.delivery.settle(author, RULE)
                raise ZeroDivisionError
        assert await self.scene(family).events() == []
        assert (author,) == await family.delivery.unsettled(RULE, None, 9)
