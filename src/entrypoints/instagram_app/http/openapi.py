"""The OpenAPI 3.1 document, made from the table of operations and the shapes."""

from importlib import metadata
from typing import Any, Final

import msgspec

from instagram_app.http.describing import Json, described
from instagram_app.http.problems import Problem
from instagram_app.http.routes import OPERATIONS
from instagram_app.http.session_cookie import NAME

_INTRODUCTION: Final = """\
Ids are UUIDs, times RFC 3339 in UTC. A list comes in pages: `limit` and `cursor` ask for one,
`next_cursor` leads to the next. Refusals are problem documents (RFC 9457) with a stable `code`.

Sign in for a cookie and a token: the token goes into `Authorization: Bearer`. A request that uses
the cookie and changes something must show by `Origin` or `Sec-Fetch-Site` that it is from here.

Every answer carries `X-Request-Id`; where a limit applies, `X-RateLimit-Limit`,
`X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds) tell of the tightest one. HEAD works
wherever GET does.
"""


def document() -> Json:
    """Give the document, ready to be encoded. Nothing is started or opened for it."""
    kinds: list[Any] = [Problem]
    for operation in OPERATIONS:
        kinds += [kind for kind in (operation.body, operation.answer) if kind is not None]
    kinds = list(dict.fromkeys(kinds))
    schemas, components = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    for schema in components.values():
        if not schema.get("required", True):
            del schema["required"]  # empty: nothing is
    refs = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        at_path = paths.setdefault(operation.path, {})
        at_path[operation.method.lower()] = described(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Instagram", "version": _version(), "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": NAME},
            },
        },
    }


def _version() -> str:
    try:
        return metadata.version("instagram-core")
    except metadata.PackageNotFoundError:  # run from a source tree
        return "0"
