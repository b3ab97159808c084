"""The numbers of several processes as one: in files that they share and any of them adds up."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder of the files, to the library too, which reads it when it is imported."""

_GREATEST: Final = frozenset({"instagram_dependency_state"})
"""Numbers of which the greatest is told, and not the sum."""


@attrs.frozen
class NumbersOfProcesses:
    """The folder that the processes of one server share."""

    folder: Path | None

    @classmethod
    @contextmanager
    def kept(cls, *, is_needed: bool) -> Iterator["NumbersOfProcesses"]:
        """Give an empty folder for the length of a block; none where one process has them all.

        A folder that the environment names is used as it is, without what dead processes left: so
        `instagram worker` may share it.
        """
        given = os.environ.get(VARIABLE)
        if given:
            Path(given).mkdir(parents=True, exist_ok=True)
            _clean(Path(given))
            yield cls(Path(given))
        elif is_needed:
            with tempfile.TemporaryDirectory(prefix="instagram-metrics-") as folder:
                yield cls(Path(folder))
        else:
            yield cls(None)

    @property
    def environment(self) -> Mapping[str, str]:
        """Give what processes have to be started with."""
        return {} if self.folder is None else {VARIABLE: str(self.folder)}

    def forget(self, pid: int) -> None:
        """Drop what was true of a process only while it lived; what it counted stays counted."""
        if self.folder is not None:
            mark_process_dead(pid, str(self.folder))  # type: ignore[no-untyped-call]


class Published:
    """Publishes what a collector gives, which other processes could not ask."""

    def __init__(self, collector: Collector, registry: CollectorRegistry) -> None:
        """Publish the metrics of `collector`, by way of `registry`."""
        self._collector = collector
        self._registry = registry
        self._shown: dict[str, Gauge | Counter] = {}
        self._counted: dict[tuple[str, ...], float] = {}

    def publish(self) -> None:
        """Write the numbers of this moment."""
        for metric in self._collector.collect():
            for sample in metric.samples:
                shown = self._shown.get(metric.name) or self._show(metric, sample.labels)
                values = tuple(sample.labels.values())
                if isinstance(shown, Gauge):
                    shown.labels(*values).set(sample.value)
                else:
                    key = (metric.name, *values)
                    shown.labels(*values).inc(max(sample.value - self._counted.get(key, 0), 0))
                    self._counted[key] = sample.value

    def _show(self, metric: Metric, labels: Iterable[str]) -> Gauge | Counter:
        words = (metric.name, metric.documentation, tuple(labels))
        shown: Gauge | Counter
        if metric.type == "counter":
            shown = Counter(*words, registry=self._registry)
        elif metric.name in _GREATEST:
            shown = Gauge(*words, registry=self._registry, multiprocess_mode="livemax")
        else:
            shown = Gauge(*words, registry=self._registry, multiprocess_mode="livesum")
        self._shown[metric.name] = shown
        return shown


def shared_exposition() -> bytes:
    """Give the sum of all processes that share the folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _clean(folder: Path) -> None:
    for file in folder.glob("*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not _lives(int(pid)):
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
