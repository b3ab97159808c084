"""The numbers of a process, for Prometheus. `docs/observability.md` describes each."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from instagram_app.observability.processes import VARIABLE, Published, shared_exposition

_REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_JOB_SECONDS: Final = (0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_IMAGE_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FEED_ITEMS: Final = (0, 1, 2, 5, 10, 20, 30, 40, 50)
_FEED_PULLS: Final = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_READERS: Final = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
_LAG_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Counters, gauges and histograms, in a registry of their own."""

    CONTENT_TYPE: ClassVar[str] = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        """Start every number at zero."""
        self.registry = CollectorRegistry()
        self.is_shared = VARIABLE in os.environ
        self._published = list[Published]()
        self._number_relay()
        self.requests = Histogram(
            "instagram_request_seconds",
            "Time from the end of a request's head until its answer is made.",
            ("method", "route", "status"),
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self.jobs = Histogram(
            "instagram_job_seconds",
            "Time a job's handler took.",
            ("kind", "outcome"),
            buckets=_JOB_SECONDS,
            registry=self.registry,
        )
        self.queue_jobs = Gauge(
            "instagram_queue_jobs",
            "Jobs in a queue: ready, delayed, leased or failed.",
            ("queue", "state"),
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )
        self.queue_oldest = Gauge(
            "instagram_queue_oldest_seconds",
            "How long the oldest job that is ready has waited.",
            ("queue",),
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )
        self.images = Histogram(
            "instagram_image_seconds",
            "Time to look at a picture (probe) or to make its renditions (render).",
            ("operation", "outcome"),
            buckets=_IMAGE_SECONDS,
            registry=self.registry,
        )
        self._number_feed()

    def _number_feed(self) -> None:
        self.feed_items = Histogram(
            "instagram_feed_page_items",
            "Posts on a page of the home feed that was made, and not kept from before.",
            buckets=_FEED_ITEMS,
            registry=self.registry,
        )
        self.feed_pulls = Histogram(
            "instagram_feed_page_pulls",
            "Authors who were pulled for a page, by what the rest of it came from.",
            ("source",),
            buckets=_FEED_PULLS,
            registry=self.registry,
        )
        self.feed_looks = Counter(
            "instagram_feed_looks",
            "First pages that were looked for among those kept, by what was found.",
            ("result",),
            registry=self.registry,
        )
        self.feed_rebuilds = Counter(
            "instagram_feed_rebuilds",
            "Timelines that were made anew, by what came of it.",
            ("result",),
            registry=self.registry,
        )
        self.feed_samples = Counter(
            "instagram_feed_samples",
            "Timelines that were compared with the truth, by what they were.",
            ("result",),
            registry=self.registry,
        )
        self._number_pushes()

    def _number_pushes(self) -> None:
        self.feed_push_readers = Histogram(
            "instagram_feed_push_readers",
            "Readers whom a post was offered to.",
            buckets=_READERS,
            registry=self.registry,
        )
        self.feed_push_taken = Counter(
            "instagram_feed_push_taken",
            "Timelines that took a post.",
            registry=self.registry,
        )
        self.feed_push_lag = Histogram(
            "instagram_feed_push_lag_seconds",
            "Time from publishing a post until it had reached the last reader's timeline.",
            buckets=_LAG_SECONDS,
            registry=self.registry,
        )

    def _number_relay(self) -> None:
        self.relay_jobs = Counter(
            "instagram_relay_jobs",
            "Jobs that the broker has taken from the relay of this process.",
            registry=self.registry,
        )
        self.relay_batches = Histogram(
            "instagram_relay_seconds",
            "Time from leasing a batch of jobs until the broker has them.",
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self.relay_lag = Histogram(
            "instagram_relay_lag_seconds",
            "Age of the oldest job of a batch when the broker had it.",
            buckets=_JOB_SECONDS,
            registry=self.registry,
        )

    def watch_pool(self, numbers: Callable[[], Mapping[str, float]]) -> None:
        """Show what `numbers` gives whenever somebody looks: the state of a connection pool."""
        self._watch(_PoolNumbers(numbers))

    def watch_dependencies(self, numbers: Callable[[], Mapping[str, Mapping[str, int]]]) -> None:
        """Show what `numbers` gives whenever somebody looks: the state of every dependency."""
        self._watch(_Dependencies(numbers))

    def exposition(self) -> bytes:
        """Give all numbers as Prometheus reads them; the sum of all processes that share them."""
        if not self.is_shared:
            return generate_latest(self.registry)
        self.publish()
        return shared_exposition()

    def publish(self) -> None:
        """Let other processes see the numbers that are asked for. To be called now and then."""
        for each in self._published:
            each.publish()

    def _watch(self, collector: Collector) -> None:
        if self.is_shared:
            self._published.append(Published(collector, self.registry))
        else:
            self.registry.register(collector)


class _PoolNumbers(Collector):
    """Asks a pool for its numbers when Prometheus does."""

    def __init__(self, numbers: Callable[[], Mapping[str, float]]) -> None:
        self._numbers = numbers

    def describe(self) -> Iterable[Metric]:
        return [_pool_gauge()]

    def collect(self) -> Iterator[Metric]:
        gauge = _pool_gauge()
        for name, value in self._numbers().items():
            gauge.add_metric([name], value)
        yield gauge


def _pool_gauge() -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "instagram_database_pool", "Numbers of the pool of connections.", labels=["number"]
    )


class _Dependencies(Collector):
    """Asks the guards for their numbers when Prometheus does."""

    def __init__(self, numbers: Callable[[], Mapping[str, Mapping[str, int]]]) -> None:
        self._numbers = numbers

    def describe(self) -> Iterable[Metric]:
        return _dependency_families()

    def collect(self) -> Iterable[Metric]:
        state, running, calls = _dependency_families()
        for name, numbers in self._numbers().items():
            state.add_metric([name], numbers["open"])
            running.add_metric([name], numbers["running"])
            for outcome in ("answered", "failed", "abandoned", "refused"):
                calls.add_metric([name, outcome], numbers[outcome])
        return state, running, calls


def _dependency_families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, CounterMetricFamily]:
    return (
        GaugeMetricFamily(
            "instagram_dependency_state",
            "0 while a server answers, 1 while it is known to be away.",
            labels=["dependency"],
        ),
        GaugeMetricFamily(
            "instagram_dependency_running",
            "Exchanges with a server that are under way.",
            labels=["dependency"],
        ),
        CounterMetricFamily(
            "instagram_dependency_calls",
            "Exchanges with a server, by what came of them.",
            labels=["dependency", "outcome"],
        ),
    )
