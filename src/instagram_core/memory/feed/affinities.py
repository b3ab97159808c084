"""How close somebody is to authors."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from instagram_core.accounts.model import UserId
from instagram_core.feed.affinity import FORGOTTEN_MS, LIKES, WORTH, Interaction, faded
from instagram_core.feed.ports import Affinities
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Tables, VisitRow
from instagram_core.memory.visibility import is_deleted, is_listed


class InMemoryAffinities(Affinities):
    """Reads likes, and keeps visits."""

    def __init__(self, database: Database) -> None:
        """Keep visits in `database`, where the likes are."""
        self._database = database

    async def strengths(
        self, reader: UserId, authors: Iterable[UserId], at: int
    ) -> Mapping[UserId, float]:
        """Give how close each author is."""
        asked = set(authors) - {reader}
        found: dict[UserId, float] = defaultdict(float)
        async with self._database.work() as tables:
            for author, strength in (*_liked(tables, reader, at), *_visited(tables, reader, at)):
                if author in asked:
                    found[author] += strength
        return {author: strength for author, strength in found.items() if strength}

    async def visited(self, viewer: UserId, owner: UserId, at: int) -> bool:
        """Record a visit."""
        async with self._database.work() as tables:
            may_visit = is_listed(tables, viewer, owner) and not is_deleted(tables, viewer)
            if viewer == owner or not may_visit:
                return False
            _forget_old(tables, viewer, at)
            row = tables.visits.get((viewer, owner), VisitRow(strength=0, at=at))
            latest = max(row.at, at)
            tables.visits[viewer, owner] = VisitRow(
                strength=faded(row.strength, row.at, latest) + faded(1, at, latest), at=latest
            )
            return True


def end_visits(tables: Tables, viewer: UserId, owner: UserId) -> None:
    """Forget that one visited the other."""
    tables.visits.pop((viewer, owner), None)


def _liked(tables: Tables, reader: UserId, at: int) -> Iterator[tuple[UserId, float]]:
    likes = ((post, since) for (post, liker), since in tables.likes.items() if liker == reader)
    for post, since in sorted(likes, reverse=True)[:LIKES]:
        author = tables.posts[post].post.author_id
        yield author, faded(WORTH[Interaction.LIKE], since, at)


def _visited(tables: Tables, reader: UserId, at: int) -> Iterator[tuple[UserId, float]]:
    for (viewer, owner), row in tables.visits.items():
        if viewer == reader:
            yield owner, faded(WORTH[Interaction.VISIT] * row.strength, row.at, at)


def _forget_old(tables: Tables, viewer: UserId, at: int) -> None:
    old = [
        pair
        for pair, row in tables.visits.items()
        if pair[0] == viewer and row.at <= at - FORGOTTEN_MS
    ]
    for pair in old:
        del tables.visits[pair]
