"""Numbers are there under the names that the documentation has."""

import asyncio
from pathlib import Path

import pytest

from instagram_app.observability.images import TimedImages
from instagram_app.observability.metrics import Metrics
from instagram_core.media.errors import UnsupportedMediaError
from instagram_core.memory.images import InMemoryImageProcessor

ROOT = Path(__file__).parents[4]


def test_every_number_is_described() -> None:
    """Whoever reads the page finds what `/metrics` shows, and the other way round."""
    metrics = Metrics()
    metrics.watch_pool(lambda: {"pool_size": 3})
    metrics.watch_dependencies(dict)
    page = (ROOT / "docs" / "observability.md").read_text()

    names = {family.name for family in metrics.registry.collect()}

    described = {
        line.split("`")[1] for line in page.splitlines() if line.startswith("| `instagram_")
    }
    assert described == names


def test_a_pool_is_asked_when_somebody_looks() -> None:
    """The numbers are those of the moment."""
    metrics, numbers = Metrics(), {"pool_size": 3}
    metrics.watch_pool(lambda: numbers)

    numbers["pool_size"] = 4

    assert b'instagram_database_pool{number="pool_size"} 4.0' in metrics.exposition()


def test_a_dependency_that_is_away_shows() -> None:
    """Its state, what is under way, and what came of the calls."""
    metrics = Metrics()
    numbers = {"open": 1, "running": 2, "answered": 5, "failed": 3, "abandoned": 0, "refused": 7}
    metrics.watch_dependencies(lambda: {"valkey": numbers})

    shown = metrics.exposition()

    assert b'instagram_dependency_state{dependency="valkey"} 1.0' in shown
    assert b'instagram_dependency_running{dependency="valkey"} 2.0' in shown
    assert b'instagram_dependency_calls_total{dependency="valkey",outcome="refused"} 7.0' in shown


def test_pictures_are_timed_also_when_they_are_refused() -> None:
    """A flood of bad pictures shows."""
    metrics = Metrics()
    images = TimedImages(InMemoryImageProcessor(), metrics)

    with pytest.raises(UnsupportedMediaError):
        asyncio.run(images.probe(b"no picture"))

    count = metrics.registry.get_sample_value(
        "instagram_image_seconds_count", {"operation": "probe", "outcome": "failed"}
    )
    assert count == 1
