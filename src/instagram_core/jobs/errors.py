"""Every way a job can end other than well."""

from instagram_core.kernel.errors import InstagramError, NotFoundError


class JobNotFound(NotFoundError):  # noqa: N818 - reads as a sentence
    """No job has this id."""


class JobFault(InstagramError):  # noqa: N818 - reads as a sentence
    """The job itself is at fault and will never succeed: it is not tried again."""
