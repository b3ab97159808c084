"""Every way a request can fail before it reaches a use case."""

from typing import ClassVar

import msgspec

from instagram_core.kernel.errors import DomainError


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    message: str


class RequestRefused(DomainError):
    """The request itself is at fault; the first line of the docstring is what its sender reads."""

    code: ClassVar[str] = "malformed_request"

    def __init__(self, detail: str = "", headers: dict[str, str] | None = None) -> None:
        """Say more than the docstring does, and what headers the answer carries."""
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}


class MalformedRequestError(RequestRefused):
    """The request is not well-formed."""


class ForeignOriginError(RequestRefused):
    """A request that uses the cookie must come from the same origin."""

    code = "foreign_origin"


class NothingHereError(RequestRefused):
    """There is nothing at this address."""

    code = "not_found"


class WrongMethodError(RequestRefused):
    """The address does not take this method."""

    code = "method_not_allowed"


class SlowRequestError(RequestRefused):
    """The request took too long to arrive."""

    code = "request_timeout"


class TooLargeError(RequestRefused):
    """The request is larger than what is taken here."""

    code = "too_large"


class AddressTooLongError(RequestRefused):
    """The address of the request is too long."""

    code = "uri_too_long"


class HeadersTooLargeError(RequestRefused):
    """The headers of the request are too large."""

    code = "headers_too_large"


class WrongContentTypeError(RequestRefused):
    """The body is not of the content type that is asked for here."""

    code = "unsupported_content_type"


class ExpectationError(RequestRefused):
    """No other expectation than 100-continue can be met."""

    code = "expectation_failed"


class RangeError(RequestRefused):
    """The file has no such range."""

    code = "range_not_satisfiable"


class PreconditionError(RequestRefused):
    """The file is not the one the request is about."""

    code = "precondition_failed"


class BusyError(RequestRefused):
    """The request could not be answered in time; try again shortly."""

    code = "unavailable"


class FieldsError(RequestRefused):
    """Some fields are not valid."""

    code = "invalid"

    def __init__(self, *errors: FieldError) -> None:
        """Say what is wrong with each."""
        super().__init__()
        self.errors = errors
