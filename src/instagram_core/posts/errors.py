"""Every way a post can refuse."""

from instagram_core.kernel.errors import ConflictError, ForbiddenError, NotFoundError


class PostNotFound(NotFoundError):
    """No such post, or none that the one who asks may see."""

    code = "post_not_found"


class NotPostAuthorError(ForbiddenError):
    """Only its author can change a post, or delete it."""

    code = "not_post_author"


class PostNotFailedError(ConflictError):
    """Only a post whose processing failed can be tried again."""

    code = "post_not_failed"


class HashtagNotFound(NotFoundError):
    """What was asked for can be no hashtag."""

    code = "hashtag_not_found"
