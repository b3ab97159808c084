"""What goes wrong, as problem documents (RFC 9457): one literal map from error to status."""

import math
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import msgspec

from instagram_app.http import errors as refused
from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.kernel.errors import (
    AdapterClosed,
    AdapterUnavailable,
    ConflictError,
    ForbiddenError,
    InvalidCursorError,
    InvalidError,
    NotFoundError,
    NotSupported,
    UnauthenticatedError,
)
from instagram_core.limits.errors import LimitExceededError
from instagram_core.media.errors import (
    MediaNotFoundError,
    MediaRefused,
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)

STATUS_OF: Final[Mapping[type[Exception], int]] = MappingProxyType(
    {
        refused.MalformedRequestError: 400,
        InvalidCursorError: 400,
        UnauthenticatedError: 401,
        ForbiddenError: 403,
        refused.ForeignOriginError: 403,
        NotFoundError: 404,
        MediaNotFoundError: 404,
        refused.NothingHereError: 404,
        refused.WrongMethodError: 405,
        refused.SlowRequestError: 408,
        ConflictError: 409,
        refused.PreconditionError: 412,
        MediaTooLargeError: 413,
        TooManyPixelsError: 413,
        refused.TooLargeError: 413,
        refused.AddressTooLongError: 414,
        UnsupportedMediaError: 415,
        refused.WrongContentTypeError: 415,
        refused.RangeError: 416,
        refused.ExpectationError: 417,
        InvalidError: 422,
        MediaTruncatedError: 422,
        MediaRefused: 422,
        KeyReusedError: 422,
        refused.FieldsError: 422,
        LimitExceededError: 429,
        refused.HeadersTooLargeError: 431,
        NotSupported: 501,
        AdapterUnavailable: 503,
        AdapterClosed: 503,
        TimeoutError: 503,
        refused.BusyError: 503,
    }
)
"""An error that is not here has the status of its nearest ancestor that is; without one, 500."""

UNAVAILABLE: Final = "unavailable"
_DEFECT = "internal_error"
_DETAILS: Final[Mapping[int, str]] = MappingProxyType(
    {
        500: "Something went wrong on our side.",
        501: "This is not offered here.",
        503: "The service cannot answer right now; try again shortly.",
    }
)
"""What is said of our own faults: nothing about what is behind us."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal, as RFC 9457 has it; `code` is stable and machine-readable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: tuple[refused.FieldError, ...] | msgspec.UnsetType = msgspec.UNSET


def status_of(error: type[BaseException]) -> int:
    """Give the status an error is answered with."""
    return next((STATUS_OF[kind] for kind in error.__mro__ if kind in STATUS_OF), 500)


def code_of(error: type[BaseException]) -> str:
    """Give the code an error is answered with."""
    status = status_of(error)
    if status in _DETAILS:
        return {500: _DEFECT, 501: "not_supported", 503: UNAVAILABLE}[status]
    return str(getattr(error, "code", "refused"))


def problem_of(error: BaseException, request_id: str) -> Problem:
    """Give the document that answers an error."""
    status = status_of(type(error))
    code = code_of(type(error))
    return Problem(
        type=f"urn:instagram:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=_detail(error, status),
        request_id=request_id,
        errors=_errors(error) or msgspec.UNSET,
    )


def headers_of(error: BaseException) -> dict[str, str]:
    """Give the headers that go with an error's document."""
    headers = dict(error.headers) if isinstance(error, refused.RequestRefused) else {}
    if isinstance(error, LimitExceededError):
        headers["retry-after"] = str(_seconds(error))
        headers |= limit_headers(error.attempts, 0, error.reset_at)
    elif isinstance(error, UnauthenticatedError):
        headers["www-authenticate"] = "Bearer"
    elif status_of(type(error)) == HTTPStatus.SERVICE_UNAVAILABLE:
        # Jittered, or everybody who was refused would come back in the same second.
        headers["retry-after"] = str(1 + secrets.randbelow(5))
    return headers


def limit_headers(attempts: int, remaining: int, reset_at: int) -> dict[str, str]:
    """Give the headers that tell how much of a limit is left; `reset_at` in Unix milliseconds."""
    return {
        "x-ratelimit-limit": str(attempts),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(-(-reset_at // 1000)),
    }


def _seconds(error: LimitExceededError) -> int:
    return max(1, math.ceil(error.retry_after))


def _detail(error: BaseException, status: int) -> str:
    if isinstance(error, refused.RequestRefused) and error.detail:
        return error.detail
    if isinstance(error, InvalidError):
        return f"{error.field} {error.message}."
    if isinstance(error, LimitExceededError):
        return (
            f"The limit '{error.action}' of {error.attempts} attempts is used up; "
            f"try again in {_seconds(error)} seconds."
        )
    return _DETAILS.get(status) or (type(error).__doc__ or "").partition("\n")[0]


def _errors(error: BaseException) -> tuple[refused.FieldError, ...]:
    if isinstance(error, refused.FieldsError):
        return error.errors
    if isinstance(error, InvalidError):
        return (refused.FieldError(field=error.field, message=error.message),)
    return ()
