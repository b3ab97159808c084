"""What the HTTP server refuses by itself, in our words."""

from asyncio import CancelledError
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sanic import exceptions as server
from sanic.request import Request

from instagram_app.http import errors as refused

_TRANSLATION: Final[Mapping[type[BaseException], type[refused.RequestRefused]]] = MappingProxyType(
    {
        server.BadRequest: refused.MalformedRequestError,
        server.NotFound: refused.NothingHereError,
        server.MethodNotAllowed: refused.WrongMethodError,
        server.RequestTimeout: refused.SlowRequestError,
        server.PayloadTooLarge: refused.TooLargeError,
        server.URITooLong: refused.AddressTooLongError,
        server.ExpectationFailed: refused.ExpectationError,
        server.ServiceUnavailable: refused.BusyError,
        # The connection is being closed: whoever is still there may come again.
        CancelledError: refused.BusyError,
    }
)

_LONG_FIRST_LINE: Final = 8192
"""Half of what a head may have: the first line is to blame for more than the rest."""


def translated(error: BaseException) -> BaseException:
    """Give our error for one of the server's; any other comes back as it is."""
    if isinstance(error, refused.RequestRefused):
        return error
    for kind in type(error).__mro__:
        if kind in _TRANSLATION:
            return _TRANSLATION[kind]()
    return error


def head_error(request: Request, error: BaseException) -> BaseException:
    """Give which part of a head was too large: one that was never read in whole has no method."""
    if request.method != "NONE" or not isinstance(error, server.PayloadTooLarge):
        return error
    stream = request.stream
    first_line = bytes(getattr(stream, "recv_buffer", b"")).partition(b"\n")[0]
    if len(first_line) > _LONG_FIRST_LINE:
        return refused.AddressTooLongError()
    return refused.HeadersTooLargeError()
