"""What a read must show at a moment: what was told to everybody, long enough ago."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final
from uuid import UUID

from instagram_core.accounts.events import StandingChanged
from instagram_core.graph.events import Followed
from instagram_core.jobs.model import Job
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.paging import Position
from instagram_core.posts.events import PostPublished
from instagram_core.posts.model import PostId
from instagram_core.testing.home.model import Homes, Pair
from instagram_core.testing.home.reading import Expected

_NOBODY: Final = -1


class Expecting:
    """Remembers what is still on its way, and so may be missing."""

    HELD_MS: ClassVar[int] = 1000
    """For so long a process may hold what it read of authors who are pulled."""

    def __init__(self, homes: Homes, clock: Clock) -> None:
        """Expect what the model says."""
        self._homes = homes
        self._clock = clock
        self._told: dict[PostId, int] = {}
        self._returning: set[int] = set()
        self._accepted: set[Pair] = set()

    def will_return(self, author: int) -> None:
        """Wait for the job of somebody who was suspended."""
        self._returning.add(author)

    def will_follow(self, pairs: Iterable[Pair]) -> None:
        """Wait for the jobs of requests that were accepted by going public."""
        self._accepted.update(pairs)

    def hear(self, job: Job, numbers: Mapping[str, int]) -> None:
        """Hear that a job was done to its end; `numbers` are those of people, by id."""
        told = job.payload
        if job.kind == PostPublished.kind:
            self._told.setdefault(PostId(UUID(told["post_id"])), self._now())
        elif job.kind == StandingChanged.kind:
            self._returning.discard(numbers.get(told["user_id"], _NOBODY))
        elif job.kind == Followed.kind:
            reader, author = (numbers.get(told[f"follow{er}_id"], _NOBODY) for er in ("er", "ee"))
            self._accepted.discard((reader, author))

    def of(self, reader: int) -> Expected:
        """Give what a read may and must show now."""
        home = self._homes.home(reader)
        return Expected(
            allowed=frozenset(home),
            required=frozenset(
                self._homes.posts[post].position for post in home if self._is_due(reader, post)
            ),
        )

    def everything(self, reader: int) -> Expected:
        """Give what a read must show when nothing is on its way."""
        home = self._homes.home(reader)
        return Expected(allowed=frozenset(home), required=self.positions(home))

    def positions(self, posts: Iterable[PostId]) -> frozenset[Position]:
        """Give where posts lie."""
        return frozenset(self._homes.posts[post].position for post in posts)

    def _is_due(self, reader: int, post: PostId) -> bool:
        author, told = self._homes.posts[post].author, self._told.get(post)
        if author in self._returning or (reader, author) in self._accepted:
            return False
        return told is not None and told + self.HELD_MS <= self._now()

    def _now(self) -> int:
        return to_milliseconds(self._clock.now())
