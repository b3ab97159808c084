"""The API, described for programs and for people."""

from instagram_app.http.answers import Content
from instagram_app.http.call import Call
from instagram_app.http.operation import Auth, Operation


async def openapi(call: Call) -> Content:
    """Give the OpenAPI document."""
    return call.manual.openapi


async def page(call: Call) -> Content:
    """Give the document as a page to browse."""
    return call.manual.page


OPERATIONS = (
    Operation(
        name="openapi",
        method="GET",
        path="/openapi.json",
        handler=openapi,
        tag="documentation",
        summary="This document",
        auth=Auth.NONE,
    ),
    Operation(
        name="docs",
        method="GET",
        path="/docs",
        handler=page,
        tag="documentation",
        summary="This document as a page",
        auth=Auth.NONE,
        media_types=("text/html",),
    ),
)
