"""Requests that came over no socket."""

from types import SimpleNamespace
from typing import cast

from sanic import Request
from sanic.compat import Header


def request(peer: str = "192.0.2.1", **headers: str | list[str]) -> Request:
    """Give what asks for who is at the other end; `_` in names stands for `-`."""
    lines = [
        (name.replace("_", "-"), value)
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    found = SimpleNamespace(headers=Header(lines), conn_info=SimpleNamespace(client_ip=peer))
    return cast("Request", found)
