"""Every way a file can be refused."""

from instagram_core.kernel.errors import DomainError, ForbiddenError


class MediaRefused(DomainError):
    """The file cannot become a post; the subclass says why."""

    code = "media_refused"


class UnsupportedMediaError(MediaRefused):
    """The bytes are of no format the system reads, whatever the file's name or declared type."""

    code = "unsupported_media"


class MediaTooLargeError(MediaRefused):
    """The file has more bytes than allowed."""

    code = "too_large"


class TooManyPixelsError(MediaRefused):
    """The picture has more pixels than allowed; small files can hide huge pictures."""

    code = "too_many_pixels"


class MediaTruncatedError(MediaRefused):
    """The file ends before its picture does, or its data is damaged."""

    code = "media_truncated"


class MediaNotFoundError(DomainError):
    """No file has this key."""

    code = "not_found"


class UploadFormError(ForbiddenError):
    """The form was not given out so, has ended, or names another content type: ask for another."""

    code = "upload_form_not_good"
