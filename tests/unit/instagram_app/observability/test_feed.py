"""What the feed does, counted."""

from instagram_app.observability.feed import FeedNumbers
from instagram_app.observability.metrics import Metrics


def test_everything_that_is_heard_is_counted() -> None:
    """Each under its own name and label."""
    metrics = Metrics()
    feed = FeedNumbers(metrics)
    feed.pushed(1500, 400, 0.2)
    feed.pushed(1, 1, 0.002)
    feed.read("timeline", 3)
    feed.read("truth", 0)
    for result in ("hit", "hit", "stale"):
        feed.looked(result)
    feed.rebuilt("stored")
    feed.sampled(is_complete=True)
    feed.sampled(is_complete=False)

    def number(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"instagram_feed_{name}", labels)

    assert number("push_readers_sum") == 1501
    assert number("push_readers_bucket", le="1000.0") == 1
    assert number("push_taken_total") == 401
    assert number("push_lag_seconds_sum") == 0.202
    assert number("page_pulls_sum", source="timeline") == 3
    assert number("page_pulls_count", source="truth") == 1
    assert number("looks_total", result="hit") == 2
    assert number("looks_total", result="stale") == 1
    assert number("rebuilds_total", result="stored") == 1
    assert number("samples_total", result="complete") == 1
    assert number("samples_total", result="incomplete") == 1
