"""The ranked order: how much each candidate is worth, and in which order they come. Pure.

The worth of a post is a product of four factors, each raised to its weight:

    worth = recency ** a * engagement ** b * relationship ** c * content ** d

It is kept as its binary logarithm, so that nothing underflows however old a post is, and so that it
has a unit: with a recency weight of 1, one point is one half-life of age.
"""

import heapq
import math
from collections.abc import Iterable
from typing import Final

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import RankRules
from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostId

_HOUR_MS: Final = 3_600_000
COMMENT_WORTH: Final = 2
"""Likes that one comment counts for."""
CLOSENESS: Final = 3
"""What the closest relationship adds to the factor of a stranger, which is 1."""
HALF_CLOSE: Final = 5.0
"""The strength at which half of that is reached: five fresh likes."""
CAROUSEL: Final = 1.1
"""The factor of several pictures; that of one is 1. A video's belongs here once there are any."""


@attrs.frozen(kw_only=True)
class Candidate:
    """A post that may be shown, with all that its worth is made of."""

    position: Position
    author: UserId
    likes: int = 0
    comments: int = 0
    pictures: int = 1
    strength: float = 0.0
    """How close its author is to the reader, 0 or more; 0 for the reader's own posts."""

    @property
    def post(self) -> PostId:
        """Give the post."""
        return PostId(self.position.id)


def ranked(candidates: Iterable[Candidate], rules: RankRules, at: int) -> tuple[Candidate, ...]:
    """Give every candidate once, best first, as of `at` (Unix ms); O(n log n).

    Greedy: each place goes to what is worth most there, where every earlier post of an author
    multiplies the worth of the author's next one by `rules.diversity`. Equal worth: newest first.
    The order in which candidates come in is of no matter.
    """
    queues = _by_author(candidates, rules, at)
    penalty = math.log2(rules.diversity)
    heads = [_head(queue, 0.0) for queue in queues.values()]
    heapq.heapify(heads)
    order: list[Candidate] = []
    shown = dict.fromkeys(queues, 0)
    while heads:
        *_, best = heads[0]
        order.append(best)
        shown[best.author] += 1
        if queue := queues[best.author]:
            heapq.heapreplace(heads, _head(queue, shown[best.author] * penalty))
        else:
            heapq.heappop(heads)
    return tuple(order)


def worth_of(candidate: Candidate, rules: RankRules, at: int) -> float:
    """Give the binary logarithm of what a candidate is worth, before diversity."""
    return (
        rules.recency * recency_of(candidate, rules, at)
        + rules.engagement * math.log2(engagement_of(candidate))
        + rules.relationship * math.log2(relationship_of(candidate))
        + rules.content * math.log2(content_of(candidate))
    )


def recency_of(candidate: Candidate, rules: RankRules, at: int) -> float:
    """Give minus the age in half-lives: the logarithm of a factor from 1 down to almost 0."""
    age = max(0, at - candidate.position.at)
    return -age / (rules.half_life_hours * _HOUR_MS)


def engagement_of(candidate: Candidate) -> float:
    """Give 1 + ln(1 + likes + 2 * comments): 1 for none, 3.4 for ten likes, 7.9 for a thousand."""
    counted = max(0, candidate.likes) + COMMENT_WORTH * max(0, candidate.comments)
    return 1 + math.log(1 + counted)


def relationship_of(candidate: Candidate) -> float:
    """Give 1 + 3 * s / (s + 5): 1 for a strength of 0, 2.5 for 5, never more than 4."""
    return 1 + CLOSENESS * (1 - HALF_CLOSE / (max(0.0, candidate.strength) + HALF_CLOSE))


def content_of(candidate: Candidate) -> float:
    """Give 1.1 for a carousel, else 1."""
    return CAROUSEL if candidate.pictures > 1 else 1.0


_Place = tuple[int, int]
_Weighed = tuple[float, _Place, Candidate]
"""The smaller, the earlier: by what it lacks in worth, then newest first."""


def _by_author(
    candidates: Iterable[Candidate], rules: RankRules, at: int
) -> dict[UserId, list[_Weighed]]:
    """Give each author's candidates, the best last."""
    weighed = [(-worth_of(each, rules, at), _place(each), each) for each in candidates]
    queues: dict[UserId, list[_Weighed]] = {}
    for each in sorted(weighed, key=lambda found: found[:2], reverse=True):
        queues.setdefault(each[2].author, []).append(each)
    return queues


def _head(queue: list[_Weighed], penalty: float) -> _Weighed:
    """Take an author's best; the smallest of all heads is next."""
    cost, place, candidate = queue.pop()
    return (cost - penalty, place, candidate)


def _place(candidate: Candidate) -> _Place:
    return (-candidate.position.at, -candidate.position.id.int)
