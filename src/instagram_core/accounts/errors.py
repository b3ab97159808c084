"""Every way an account can refuse."""

from instagram_core.kernel.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnauthenticatedError,
)


class UserNotFound(NotFoundError):
    """No such user, or none that the one who asks may know of."""

    code = "user_not_found"


class SessionNotFound(NotFoundError):
    """The user has no such session."""

    code = "session_not_found"


class UsernameTakenError(ConflictError):
    """Another account has, or had, this name."""

    code = "username_taken"


class EmailTakenError(ConflictError):
    """Another account uses this address."""

    code = "email_taken"


class WrongLoginError(UnauthenticatedError):
    """Name and password do not belong together; it is not said which is wrong."""

    code = "wrong_login"


class WrongPasswordError(ForbiddenError):
    """The current password, asked again before a grave step, is wrong."""

    code = "wrong_password"


class SessionInvalidError(UnauthenticatedError):
    """The token is forged, expired, revoked, or its account is gone."""

    code = "session_invalid"
