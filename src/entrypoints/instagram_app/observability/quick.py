"""Log lines that are written with every request: the same lines, without the detours."""

import logging
from typing import Any

import msgspec
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import FilteringBoundLogger

_encode = msgspec.json.Encoder(enc_hook=str).encode


def quick_logger(name: str) -> "FilteringBoundLogger | structlog.stdlib.BoundLogger":
    """Give a logger that writes where `configure_logging` said, which must have been called.

    For programs, a line goes to the stream at once, in a tenth of the time that the way through
    `logging` takes. Its fields are not masked: they must hold no secrets. For people, it is a
    logger like any other.
    """
    handler = _json_handler()
    if handler is None:
        slow: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
        return slow

    def named(_logger: object, _method: str, event: Any) -> Any:  # noqa: ANN401 - as structlog has it
        event["logger"] = name
        return event

    quick: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(handler.stream),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            named,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(serializer=_serialized),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLogger(name).getEffectiveLevel()
        ),
    ).bind()
    return quick


def _serialized(event: object, **_: object) -> str:
    return _encode(event).decode()


def _json_handler() -> "logging.StreamHandler[Any] | None":
    for handler in logging.getLogger().handlers:
        formatter = handler.formatter
        if isinstance(handler, logging.StreamHandler) and isinstance(formatter, ProcessorFormatter):
            last = formatter.processors[-1]
            return handler if isinstance(last, structlog.processors.JSONRenderer) else None
    return None
