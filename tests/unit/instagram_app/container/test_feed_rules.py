"""Settings of the ranked feed become rules of the core."""

from pathlib import Path

import pytest

from instagram_app.container.feed_rules import feed_rules
from instagram_core.feed.model import RankRules
from tests.unit.instagram_app.memory_app import memory_settings


def rank(folder: Path, **settings: str) -> RankRules:
    """Give the rules that settings make."""
    named = {f"feed_rank_{name}": value for name, value in settings.items()}
    return feed_rules(memory_settings(folder, **named)).rank


def test_the_defaults_are_those_of_the_core(tmp_path: Path) -> None:
    """Whoever embeds it ranks as the app does."""
    assert rank(tmp_path) == RankRules()


def test_every_setting_has_its_place(tmp_path: Path) -> None:
    """None is mistaken for another."""
    expected = RankRules(
        half_life_hours=12.5,
        recency=2,
        engagement=3,
        relationship=4,
        content=5,
        diversity=0.25,
        candidates=50,
    )
    assert expected == rank(
        tmp_path,
        half_life_hours="12.5",
        recency="2",
        engagement="3",
        relationship="4",
        content="5",
        diversity="0.25",
        candidates="50",
    )


@pytest.mark.parametrize(
    "extreme",
    [
        {"half_life_hours": "0.01", "recency": "0", "diversity": "0.01", "candidates": "1"},
        {"half_life_hours": "8760", "recency": "10", "diversity": "1", "candidates": "1000"},
        {"engagement": "10", "relationship": "10", "content": "10"},
    ],
)
def test_whatever_may_be_set_makes_an_order(tmp_path: Path, extreme: dict[str, str]) -> None:
    """The bounds of settings are within those of the rules."""
    assert isinstance(rank(tmp_path, **extreme), RankRules)
