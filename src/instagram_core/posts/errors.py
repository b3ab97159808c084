"""Every way a post can refuse."""

from instagram_core.kernel.errors import ConflictError, NotFoundError


class PostNotFound(NotFoundError):
    """No such post, or none that the one who asks may see."""

    code = "post_not_found"


class PostNotFailedError(ConflictError):
    """Only a post whose processing failed can be tried again."""

    code = "post_not_failed"
