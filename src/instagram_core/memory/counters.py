"""Counters compared with the rows they count."""

from collections import Counter as Tally
from collections.abc import AsyncIterator
from uuid import UUID

from instagram_core.kernel.counters import CounterDifference, CounterRepair
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Counter, Tables


class InMemoryCounterRepair(CounterRepair):
    """Recomputes every counter."""

    def __init__(self, database: Database) -> None:
        """Compare and mend those of `database`."""
        self._database = database

    async def repair(self, *, dry_run: bool) -> AsyncIterator[CounterDifference]:
        """Give every counter that is wrong, all compared and mended in one unit of work."""
        async with self._database.work() as tables:
            differences = _differences(tables)
            for each in () if dry_run else differences:
                tables.counters[Counter(each.counter), each.subject] = each.actual
        for difference in differences:
            yield difference


def _differences(tables: Tables) -> list[CounterDifference]:
    actual = _actual(tables)
    return [
        CounterDifference(
            counter=counter, subject=subject, stored=stored, actual=actual[counter, subject]
        )
        for counter, subject in sorted({*tables.counters, *actual})
        if (stored := tables.counted(counter, subject)) != actual[counter, subject]
    ]


def _actual(tables: Tables) -> Tally[tuple[Counter, UUID]]:
    rows: Tally[tuple[Counter, UUID]] = Tally()
    rows.update((Counter.FOLLOWING, follower) for follower, _ in tables.follows)
    rows.update((Counter.FOLLOWERS, followee) for _, followee in tables.follows)
    rows.update((Counter.LIKES, post) for post, _ in tables.likes)
    rows.update(
        (Counter.POSTS, row.post.author_id)
        for row in tables.posts.values()
        if row.post.position is not None
    )
    return rows
