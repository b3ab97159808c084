"""What operators ask."""

from instagram_app.http import shapes
from instagram_app.http.answers import Content, encode
from instagram_app.http.call import Call
from instagram_app.http.errors import BusyError
from instagram_app.http.operation import Auth, Operation
from instagram_app.observability.metrics import Metrics

_FRESH = {"cache-control": "no-store"}


async def alive(_: Call) -> Content:
    """Say that the process lives; nothing else is touched."""
    return _healthy()


async def ready(call: Call) -> Content:
    """Say whether this process takes requests, refusals included."""
    if not call.app.readiness.is_ready:
        raise BusyError("This process is draining.")
    return _healthy()


async def metrics(call: Call) -> Content:
    """Give all numbers of this process."""
    body = call.app.metrics.exposition()
    return Content(body=body, content_type=Metrics.CONTENT_TYPE, headers=dict(_FRESH))


def _healthy() -> Content:
    body = encode(shapes.Health(status="ok"))
    return Content(body=body, content_type="application/json", headers=dict(_FRESH))


OPERATIONS = (
    Operation(
        name="alive",
        method="GET",
        path="/livez",
        handler=alive,
        tag="operation",
        summary="Whether the process lives",
        auth=Auth.NONE,
        is_counted=False,
        answer=shapes.Health,
    ),
    Operation(
        name="ready",
        method="GET",
        path="/readyz",
        handler=ready,
        tag="operation",
        summary="Whether the process takes requests",
        auth=Auth.NONE,
        is_counted=False,
        answer=shapes.Health,
    ),
    Operation(
        name="metrics",
        method="GET",
        path="/metrics",
        handler=metrics,
        tag="operation",
        summary="Numbers for Prometheus",
        auth=Auth.NONE,
        is_counted=False,
        media_types=("text/plain",),
    ),
)
