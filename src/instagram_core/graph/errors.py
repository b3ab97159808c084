"""Every way the graph can refuse."""

from instagram_core.kernel.errors import ConflictError, NotFoundError


class FollowBlockedError(ConflictError):
    """One cannot follow somebody one blocks: unblock first."""

    code = "blocking"


class FollowRequestNotFound(NotFoundError):
    """Nobody of this id asked to follow, or the request is withdrawn."""

    code = "follow_request_not_found"


class FollowerNotFound(NotFoundError):
    """Nobody of this id follows one."""

    code = "follower_not_found"


class NotListedError(NotFoundError):
    """The person is not blocked, muted or a close friend: there is nothing to undo."""

    code = "not_listed"
