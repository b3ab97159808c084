"""What errors of the operating system mean to whoever uses the store."""

import errno
from collections.abc import Mapping
from typing import Final

from instagram_core.kernel.errors import AdapterUnavailable

REASONS: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EFBIG: "the disk takes no file of this size",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "the process may not use the media folder",
    errno.EPERM: "the process may not use the media folder",
    errno.EIO: "the disk fails",
    errno.ENOENT: "the media folder is gone",
    errno.ENOTDIR: "the media folder is gone",
    errno.ENODEV: "the disk is gone",
    errno.ENXIO: "the disk is gone",
    errno.ESTALE: "the server of the disk has lost the media folder",
    errno.ETIMEDOUT: "the server of the disk does not answer",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENOMEM: "the machine has no memory left",
}


def unavailable(error: OSError) -> AdapterUnavailable:
    """Give what to raise from an error; that a file is absent must be settled before."""
    return AdapterUnavailable(REASONS.get(error.errno or 0, "the media folder cannot be used"))
