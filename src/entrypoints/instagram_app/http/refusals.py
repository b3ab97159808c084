"""Which errors an operation may be answered with."""

from typing import Final

from instagram_app.http import errors as refused
from instagram_app.http.operation import Auth, Operation
from instagram_core.accounts.errors import SessionInvalidError
from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.kernel.errors import (
    AdapterUnavailable,
    InvalidCursorError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from instagram_core.limits.errors import LimitExceededError

_ALWAYS: Final = (
    refused.MalformedRequestError,
    refused.SlowRequestError,
    refused.TooLargeError,
    refused.AddressTooLongError,
    refused.ExpectationError,
    refused.HeadersTooLargeError,
    AdapterUnavailable,
)


def refusals_of(operation: Operation) -> tuple[type[Exception], ...]:
    """Give every error of an operation: those it declares, and those its declaration implies."""
    found: list[type[Exception]] = [*_ALWAYS, *operation.errors]
    if operation.is_counted:
        found.append(LimitExceededError)
    if operation.auth in {Auth.OPTIONAL, Auth.REQUIRED}:
        found += [UnauthenticatedError, SessionInvalidError, NotFoundError]
    if operation.is_page:
        found.append(InvalidCursorError)
    if operation.is_page or operation.parameters:
        found.append(refused.FieldsError)
    if not operation.is_safe:
        found.append(refused.ForeignOriginError)
    if operation.body is not None or operation.form is not None:
        found += [refused.WrongContentTypeError, refused.FieldsError, InvalidError]
    if operation.takes_key:
        found += [KeyReusedError, InvalidError]
    return tuple(dict.fromkeys(found))
