"""Every way the system can fail that is not about one capability."""

from typing import ClassVar


class InstagramError(Exception):
    """Everything this library raises on purpose."""


class DomainError(InstagramError):
    """A rule refused the request; `code` is stable and machine-readable."""

    code: ClassVar[str] = "refused"


class NotFoundError(DomainError):
    """The thing does not exist, or the one who asks may not know that it does."""

    code = "not_found"


class ForbiddenError(DomainError):
    """The one who asks is known, the thing may be known, the act is not allowed."""

    code = "forbidden"


class UnauthenticatedError(DomainError):
    """Nobody is signed in, or the session is no longer good."""

    code = "unauthenticated"


class ConflictError(DomainError):
    """The act does not fit the present state of the thing."""

    code = "conflict"


class InvalidError(DomainError):
    """A value breaks a rule of the domain; `field` names it as the caller does."""

    code = "invalid"

    def __init__(self, field: str, message: str) -> None:
        """Say which field is wrong and why, in words for the person who typed it."""
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class InvalidCursorError(DomainError):
    """The cursor is not one this list gave to this viewer."""

    code = "invalid_cursor"


class AdapterError(InstagramError):
    """Something outside the domain failed."""


class AdapterUnavailable(AdapterError):
    """The server behind a port cannot be reached or did not answer in time; see `__cause__`.

    The outcome of a write that ends so is unknown: it may have happened.
    """


class AdapterClosed(AdapterError):
    """The adapter was used after `close`, or before it was opened."""


class NotSupported(AdapterError):
    """The optional capability that the call needs is not one of this adapter."""


class TransactionError(InstagramError):
    """A transaction was used against its rules: a defect of the caller, never of the user."""


class TransactionDoomed(TransactionError):
    """An error inside was swallowed; leaving the transaction would have lost its work silently."""


class ForeignTaskError(TransactionError):
    """A task tried to work inside a transaction that belongs to another task."""
