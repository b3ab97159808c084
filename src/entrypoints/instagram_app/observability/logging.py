"""The log: one line an event, on standard error, for people or for programs."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

from instagram_app.observability.masking import mask_event

_QUIET = ("asyncio", "PIL", "psycopg.pool", "sanic.access")
"""Libraries whose news are ours to tell: from warnings on only."""
_REPETITIVE = ("cassandra",)
"""Libraries that tell at every attempt, with a traceback, what their adapter tells once."""


def configure_logging(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send every log of the process, libraries' too, to `stream` as `console` or `json`.

    `level` is the least that is written. Fields bound by `structlog.contextvars` (`request_id`,
    `user_id`, `job_id`) are on every line of their task. Secrets are masked.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_event,
                _renderer(form, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _REPETITIVE:
        is_wanted = root.level <= logging.DEBUG
        logging.getLogger(name).setLevel(logging.NOTSET if is_wanted else logging.CRITICAL)


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(sort_keys=False, default=str)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(),
        timestamp_key="time",
        exception_formatter=structlog.dev.plain_traceback,
    )
