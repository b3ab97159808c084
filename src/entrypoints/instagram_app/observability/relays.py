"""What a relay does, as log lines and numbers."""

import structlog

from instagram_app.observability.metrics import Metrics
from instagram_core.jobs.service import RelayObserver
from instagram_core.kernel.errors import AdapterError


class RelayLog(RelayObserver):
    """Counts batches; a line only when the broker goes or comes, or dead letters do."""

    def __init__(self, metrics: Metrics) -> None:
        """Count in `metrics`."""
        self._metrics = metrics
        self._log = structlog.stdlib.get_logger("instagram.relay")

    def relayed(self, jobs: int, seconds: float, lag: float) -> None:
        """Count a batch."""
        self._metrics.relay_jobs.inc(jobs)
        self._metrics.relay_batches.observe(seconds)
        self._metrics.relay_lag.observe(lag)

    def returned(self, letters: int) -> None:
        """Tell of dead letters."""
        self._log.error("dead letters", count=letters)

    def broker_is_away(self, error: AdapterError) -> None:
        """Tell that workers take from the table now."""
        self._log.warning("broker away", error=str(error))

    def broker_is_back(self) -> None:
        """Tell that jobs go by the broker again."""
        self._log.info("broker back")
