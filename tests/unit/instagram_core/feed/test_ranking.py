"""The ranked order, against trying every place one by one."""

import math
from collections.abc import Callable, Sequence
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import RankRules
from instagram_core.feed.ranking import (
    Candidate,
    content_of,
    engagement_of,
    ranked,
    relationship_of,
    worth_of,
)
from instagram_core.kernel.paging import Position

Better = Callable[[Candidate], Candidate]
HOUR = 3_600_000
NOW = 1_000 * HOUR
PLAIN = RankRules(engagement=0, relationship=0, content=0, diversity=1)


def author(number: int) -> UserId:
    """Give somebody."""
    return UserId(UUID(int=number))


def post(number: int, *, by: int = 1, hours: float = 0, **named: float) -> Candidate:
    """Give a candidate of a number, so many hours old."""
    position = Position(NOW - round(hours * HOUR), UUID(int=number))
    return Candidate(position=position, author=author(by), **named)  # type: ignore[arg-type]


weights = st.sampled_from([0, 0.5, 1, 3.7, 10])
rules = st.builds(
    RankRules,
    half_life_hours=st.sampled_from([0.01, 6, 24, 1000]),
    recency=weights,
    engagement=weights,
    relationship=weights,
    content=weights,
    diversity=st.sampled_from([0.01, 0.5, 0.7, 1]),
)
# Few values, so that equal ones are common; extreme ones among them.
counts = st.sampled_from([0, 0, 1, 10, 1000, 10**30])
drawn = st.builds(
    Candidate,
    position=st.builds(
        Position,
        st.sampled_from([0, NOW - 900 * HOUR, NOW - HOUR, NOW - HOUR, NOW, NOW + HOUR]),
        st.integers(0, 40).map(lambda number: UUID(int=number)),
    ),
    author=st.just(author(0)),
    likes=counts,
    comments=counts,
    pictures=st.sampled_from([1, 1, 2, 10]),
    strength=st.sampled_from([0, 0.001, 5, 1e300, math.inf]),
)
candidates = st.lists(
    st.builds(
        lambda candidate, by: attrs.evolve(candidate, author=author(by)), drawn, st.integers(1, 4)
    ),
    max_size=12,
    unique_by=lambda candidate: candidate.post,
)


def one_by_one(rest: Sequence[Candidate], by: RankRules) -> list[Candidate]:
    """Rank as the formula is told: for each place, look at everybody who is left."""
    left, order = list(rest), list[Candidate]()
    while left:
        shown = [each.author for each in order]
        best = max(
            left,
            key=lambda each: (
                worth_of(each, by, NOW) + shown.count(each.author) * math.log2(by.diversity),
                each.position,
            ),
        )
        order.append(best)
        left.remove(best)
    return order


@given(candidates, rules)
def test_each_place_goes_to_what_is_worth_most_there(some: list[Candidate], by: RankRules) -> None:
    """No author is nearer to the top than diversity lets them; nobody is lost or doubled."""
    assert tuple(one_by_one(some, by)) == ranked(some, by, NOW)


@given(st.data(), candidates, rules)
def test_the_order_of_candidates_is_of_no_matter(
    data: st.DataObject, some: list[Candidate], by: RankRules
) -> None:
    """Any permutation gives the same, and ranking what was ranked changes nothing."""
    shuffled = data.draw(st.permutations(some))
    order = ranked(some, by, NOW)

    assert order == ranked(shuffled, by, NOW)
    assert order == ranked(order, by, NOW)


better = st.sampled_from(
    [
        lambda each: attrs.evolve(each, likes=each.likes + 100),
        lambda each: attrs.evolve(each, comments=each.comments + 1),
        lambda each: attrs.evolve(each, strength=each.strength * 2 + 1),
        lambda each: attrs.evolve(each, pictures=5),
        lambda each: attrs.evolve(
            each, position=attrs.evolve(each.position, at=each.position.at + 30 * HOUR)
        ),
    ]
)


@given(st.data(), candidates.filter(bool), rules, better)
def test_what_makes_a_post_better_never_makes_it_come_later(
    data: st.DataObject, some: list[Candidate], by: RankRules, better: Better
) -> None:
    """More likes, a comment, a closer author, more pictures, a later time."""
    place = data.draw(st.integers(0, len(some) - 1))
    chosen = some[place]
    before = ranked(some, by, NOW).index(chosen)
    risen = better(chosen)

    after = ranked([*some[:place], risen, *some[place + 1 :]], by, NOW).index(risen)

    assert after <= before


@given(candidates)
def test_without_weights_and_diversity_the_order_is_that_of_time(some: list[Candidate]) -> None:
    """Every factor is off, and ties go by position."""
    by = attrs.evolve(PLAIN, recency=0)
    newest_first = sorted(some, key=lambda each: each.position, reverse=True)

    assert tuple(newest_first) == ranked(some, by, NOW)


@pytest.mark.parametrize(
    ("factor", "better"),
    [
        ("recency", post(1, hours=0)),
        ("engagement", post(1, hours=5, likes=50)),
        ("engagement", post(1, hours=5, comments=50)),
        ("relationship", post(1, hours=5, strength=3)),
        ("content", post(1, hours=5, pictures=2)),
    ],
)
def test_a_factor_counts_unless_its_weight_is_zero(factor: str, better: Candidate) -> None:
    """With all others off it decides; itself off, the position does."""
    worse = post(2, hours=5) if factor != "recency" else post(2, hours=5, by=2)
    off = attrs.evolve(PLAIN, recency=0)
    on = attrs.evolve(off, **{factor: 1})

    assert ranked([worse, better], on, NOW)[0] == better
    assert worth_of(better, off, NOW) == worth_of(worse, off, NOW) == 0


def test_the_first_posts_are_of_as_many_authors_as_there_are() -> None:
    """Where posts are worth the same, nobody has two before everybody has one."""
    some = [post(number, by=number % 3) for number in range(30)]
    by = attrs.evolve(PLAIN, diversity=0.99)

    order = [each.author for each in ranked(some, by, NOW)]

    assert all(len(set(order[at : at + 3])) == 3 for at in range(0, 30, 3))


def test_diversity_of_one_lets_an_author_have_the_top() -> None:
    """And below one their second post is worth as much less as it says."""
    some = [post(1), post(2, hours=1), post(3, by=2, hours=10.5), post(4, by=2, hours=13)]

    free = ranked(some, attrs.evolve(PLAIN, half_life_hours=10), NOW)
    halved = ranked(some, attrs.evolve(PLAIN, half_life_hours=10, diversity=0.5), NOW)

    assert [each.post.int for each in free] == [1, 2, 3, 4]
    assert [each.post.int for each in halved] == [1, 3, 2, 4]


def test_a_point_is_a_half_life() -> None:
    """However old a post is, it has a place below a younger one."""
    assert worth_of(post(1, hours=48), PLAIN, NOW) == -2
    ancient = Candidate(position=Position(0, UUID(int=1)), author=author(1))
    older = attrs.evolve(ancient, position=Position(1, UUID(int=2)))
    hurried = attrs.evolve(PLAIN, half_life_hours=0.001)
    assert ranked([ancient, older], hurried, 10**13)[0] == older


def test_what_is_dated_in_the_future_is_as_new_as_can_be() -> None:
    """Clocks differ: nothing is worth more than a post of this moment."""
    assert worth_of(post(1, hours=-5), PLAIN, NOW) == 0


def test_factors_are_as_they_are_documented() -> None:
    """The numbers of docs/ranking.md."""
    assert [round(engagement_of(post(1, likes=n)), 1) for n in (0, 10, 1000)] == [1, 3.4, 7.9]
    assert engagement_of(post(1, likes=4)) == engagement_of(post(1, likes=2, comments=1))
    assert [relationship_of(post(1, strength=s)) for s in (0, 5, math.inf)] == [1, 2.5, 4]
    assert [content_of(post(1, pictures=n)) for n in (1, 2)] == [1, 1.1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"half_life_hours": 0},
        {"half_life_hours": math.nan},
        {"half_life_hours": math.inf},
        {"recency": -0.1},
        {"engagement": 10.5},
        {"relationship": math.nan},
        {"content": math.inf},
        {"diversity": 0},
        {"diversity": 1.01},
        {"candidates": 0},
        {"candidates": 1001},
    ],
)
def test_rules_that_make_no_order_are_refused(wrong: dict[str, float]) -> None:
    """At once, naming what is wrong."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RankRules(**wrong)  # type: ignore[arg-type]
