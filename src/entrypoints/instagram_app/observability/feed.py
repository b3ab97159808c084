"""What the feed does, as numbers."""

from functools import cache

from instagram_app.observability.metrics import Metrics
from instagram_core.feed.ports import FeedObserver


class FeedNumbers(FeedObserver):
    """Counts; each call is an addition or two."""

    def __init__(self, metrics: Metrics) -> None:
        """Count in `metrics`."""
        self._metrics = metrics
        self._pulls = cache(metrics.feed_pulls.labels)
        self._looks = cache(metrics.feed_looks.labels)

    def pushed(self, readers: int, taken: int, lag: float) -> None:
        """Count a post that has reached the last of its readers."""
        self._metrics.feed_push_readers.observe(readers)
        self._metrics.feed_push_taken.inc(taken)
        self._metrics.feed_push_lag.observe(lag)

    def read(self, source: str, pulls: int) -> None:
        """Count a page's entries by where they came from."""
        self._pulls(source).observe(pulls)

    def looked(self, result: str) -> None:
        """Count a look at a kept page."""
        self._looks(result).inc()

    def rebuilt(self, result: str) -> None:
        """Count the end of a rebuild."""
        self._metrics.feed_rebuilds.labels(result).inc()

    def sampled(self, *, is_complete: bool) -> None:
        """Count a timeline that was compared with the truth."""
        self._metrics.feed_samples.labels("complete" if is_complete else "incomplete").inc()
