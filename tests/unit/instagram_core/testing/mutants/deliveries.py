"""Wrong keepers of how authors are delivered, and publishers who do not ask them."""

import asyncio
from collections.abc import Iterable
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.memory.tables import DeliveryRow
from instagram_core.posts.model import PublishOutcome
from instagram_core.testing.contracts.feed import AuthorDeliveryContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

deliveries = Mutants(AuthorDeliveryContract, "delivery")
publishing = Mutants(AuthorDeliveryContract, "processing")


@deliveries.caught_by("test_an_author_crosses_at_the_threshold")
class DeliveryTellsOfCrossingsTwice(Around):
    """Records the event whenever an author is found to be crossing."""

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        delivery: Delivery = await self.right.settle(author, rule)
        if delivery is Delivery.CROSSING:
            await self.record(AuthorCrossed(author_id=author, round=1))
        return delivery


@deliveries.caught_by("test_who_is_pulled_is_told")
class DeliveryTakesCrossingForPulled(Around):
    """Tells of everybody who is not pushed."""

    async def pulled(self, authors: Iterable[UserId]) -> frozenset[UserId]:
        async with self.tables() as tables:
            return frozenset(set(authors) & set(tables.deliveries))


@deliveries.caught_by("test_who_is_pulled_is_told")
class DeliveryTellsOfEverybodyPulled(Around):
    """Does not look at who was asked about."""

    async def pulled(self, authors: Iterable[UserId]) -> frozenset[UserId]:
        async with self.tables() as tables:
            pulled = [a for a, row in tables.deliveries.items() if row.delivery is Delivery.PULL]
        return frozenset([*pulled, *(await self.right.pulled(authors))])


@deliveries.caught_by("test_an_author_returns_below_nine_tenths")
class DeliveryGoesToAndFro(Around):
    """Returns right below the threshold."""

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        delivery: Delivery = await self.right.settle(author, rule)
        if delivery is Delivery.PUSH:
            return delivery
        lower = PushRule(pulled_from=rule.pulled_from * 10 // 9)
        settled: Delivery = await self.right.settle(author, lower)
        return settled


@deliveries.caught_by("test_an_author_returns_below_nine_tenths")
class DeliveryNeverReturns(Around):
    """Who was pulled once is pulled for ever."""

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        async with self.tables() as tables:
            row = tables.deliveries.get(author, DeliveryRow())
        if row.delivery is not Delivery.PUSH:
            return row.delivery
        settled: Delivery = await self.right.settle(author, rule)
        return settled


@deliveries.caught_by("test_an_old_crossing_arrives_nowhere")
class DeliveryForgetsRounds(Around):
    """Takes any crossing for the one under way."""

    async def arrive(self, crossed: AuthorCrossed) -> bool:
        async with self.tables() as tables:
            row = tables.deliveries.get(crossed.author_id, DeliveryRow())
        return bool(await self.right.arrive(attrs.evolve(crossed, round=row.round)))


@deliveries.caught_by("test_a_crossing_arrives_once")
class DeliveryArrivesFromAnywhere(Around):
    """Does not look where the author is."""

    async def arrive(self, crossed: AuthorCrossed) -> bool:
        async with self.tables() as tables:
            pulled = DeliveryRow(delivery=Delivery.PULL, round=crossed.round)
            tables.deliveries[crossed.author_id] = pulled
        return True


@deliveries.caught_by("test_those_who_do_not_fit_are_found")
class DeliveryFindsTheRisenOnly(Around):
    """Forgets those who have too few followers by now."""

    async def unsettled(
        self, rule: PushRule, after: UserId | None, limit: int
    ) -> tuple[UserId, ...]:
        found = await self.right.unsettled(rule, after, limit)
        async with self.tables() as tables:
            return tuple(author for author in found if author not in tables.deliveries)


@deliveries.caught_by("test_those_who_do_not_fit_are_found")
class DeliveryRepeatsTheLast(Around):
    """Begins a page with the end of the one before."""

    async def unsettled(
        self, rule: PushRule, after: UserId | None, limit: int
    ) -> tuple[UserId, ...]:
        found: tuple[UserId, ...] = await self.right.unsettled(rule, after, limit)
        return found if after is None else (after, *found)[:limit]


@deliveries.caught_by("test_of_many_at_once_one_crosses")
class DeliveryLooksFirst(Around):
    """Looks where the author is, and acts by it later."""

    async def settle(self, author: UserId, rule: PushRule) -> Delivery:
        async with self.tables() as tables:
            before = tables.deliveries.get(author)
        await asyncio.sleep(0)
        if before is None:
            async with self.tables() as tables:
                tables.deliveries.pop(author, None)
        settled: Delivery = await self.right.settle(author, rule)
        return settled


class _Publishes(Around):
    """Publishes with another delivery in place of the author's."""

    stands_for: Delivery
    instead: Delivery

    async def publish(self, *what: Any) -> PublishOutcome:
        async with self.tables() as tables:
            kept = dict(tables.deliveries.items())
            for author, row in kept.items():
                if row.delivery is self.stands_for:
                    tables.deliveries[author] = attrs.evolve(row, delivery=self.instead)
        outcome: PublishOutcome = await self.right.publish(*what)
        async with self.tables() as tables:
            tables.deliveries.update(kept)
        return outcome


@publishing.caught_by("test_a_post_is_pushed_until_its_author_arrived")
class PublishingPushesAlways(_Publishes):
    """Asks nobody."""

    stands_for = Delivery.PULL
    instead = Delivery.PUSH


@publishing.caught_by("test_a_post_is_pushed_until_its_author_arrived")
class PublishingPullsTooSoon(_Publishes):
    """Takes whoever crosses for arrived."""

    stands_for = Delivery.CROSSING
    instead = Delivery.PULL
