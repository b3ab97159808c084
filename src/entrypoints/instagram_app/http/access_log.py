"""What is kept of every request: one line and one observation, nothing secret."""

import logging
from functools import cache
from typing import Final

import structlog
from sanic import Request

from instagram_app.observability.masking import mask_text
from instagram_app.observability.metrics import Metrics
from instagram_app.observability.quick import quick_logger

_LOGGER: Final = "instagram.http"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SHORTEST_TOKEN: Final = 64
NO_ROUTE: Final = "none"
"""The route of what matched none; its path could be anything."""


class AccessLog:
    """Hears of every request when its answer is made.

    The path is logged, the query is not: it holds signatures and cursors. Headers and bodies are
    not either.
    """

    def __init__(self, metrics: Metrics) -> None:
        """Count in `metrics`."""
        # As many as routes have outcomes: to look one up takes longer than to observe.
        self._seconds = cache(metrics.requests.labels)
        self._log = structlog.stdlib.get_logger(_LOGGER)
        self._requests = quick_logger(_LOGGER)
        self._is_enabled = logging.getLogger(_LOGGER).isEnabledFor

    def answered(
        self, request: Request, route: str, status: int, seconds: float, address: str
    ) -> None:
        """Keep what a request came to."""
        method = request.method if request.method in _METHODS else "other"
        self._seconds(method, route, status).observe(seconds)
        if self._is_enabled(logging.INFO):
            path = request.path
            self._requests.info(
                "request",
                method=method,
                path=path if len(path) < _SHORTEST_TOKEN else mask_text(path),
                status=status,
                milliseconds=round(seconds * 1000, 2),
                address=address,
            )

    def failed(self, error: BaseException, route: str) -> None:
        """Keep what must never happen, with its traceback."""
        self._log.error("request failed unexpectedly", route=route, exc_info=error)

    def unavailable(self, error: BaseException, route: str) -> None:
        """Keep why a request was answered 503: who asked is not told."""
        cause = error.__cause__ or error
        self._log.warning("request could not be answered", route=route, error=repr(cause))
