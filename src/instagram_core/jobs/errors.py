"""Every way a job can end other than well."""

from instagram_core.kernel.errors import InstagramError, NotFoundError


class JobNotFound(NotFoundError):
    """No job has this id."""


class JobFault(InstagramError):
    """The job itself is at fault and will never succeed: it is not tried again."""
