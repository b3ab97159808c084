"""Conditional and partial requests for a file (RFC 9110 §13 and §14)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

import attrs

from instagram_app.http.errors import PreconditionError, RangeError
from instagram_core.media.ports import ByteRange

_RANGE: Final = re.compile(r"bytes=\s*(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})\s*")


@attrs.frozen(kw_only=True)
class Version:
    """What a file is right now."""

    etag: str
    """In quotes; strong."""
    modified_at: datetime
    """Whole seconds."""
    length: int

    @property
    def last_modified(self) -> str:
        """Give the time as headers have it."""
        return format_datetime(self.modified_at, usegmt=True)


def is_unchanged(headers: Mapping[str, str], version: Version) -> bool:
    """Tell whether the client has this version already.

    PreconditionError when the request is for another version than this one.
    """
    if_match, if_unmodified = headers.get("if-match"), headers.get("if-unmodified-since")
    if if_match is not None:
        if not _names(if_match, version.etag, weak=False):
            raise PreconditionError
    elif (since := _date(if_unmodified)) is not None and version.modified_at > since:
        raise PreconditionError
    if_none_match = headers.get("if-none-match")
    if if_none_match is not None:
        return _names(if_none_match, version.etag, weak=True)
    since = _date(headers.get("if-modified-since"))
    return since is not None and version.modified_at <= since


def wanted_range(headers: Mapping[str, str], version: Version) -> ByteRange | None:
    """Give the part that is asked for; None for all of it.

    Several ranges, a broken one, or one of another version (`If-Range`) mean all of it. RangeError
    when the file ends before the range begins.
    """
    match = _RANGE.fullmatch(headers.get("range", ""))
    if match is None or not _is_range_of(headers.get("if-range"), version):
        return None
    first, last = match["first"], match["last"]
    if not first and not last:
        return None
    if not first:
        start, end = max(0, version.length - int(last)), version.length - 1
        is_broken, is_beyond = False, int(last) == 0
    else:
        start, end = int(first), int(last) if last else version.length - 1
        is_broken, is_beyond = bool(last) and int(last) < start, start >= version.length
    if is_broken:
        return None
    if is_beyond:
        raise RangeError(headers={"content-range": f"bytes */{version.length}"})
    return ByteRange(start=start, last=min(end, version.length - 1))


def _is_range_of(if_range: str | None, version: Version) -> bool:
    if if_range is None:
        return True
    if if_range.startswith('"'):
        return if_range == version.etag
    return _date(if_range) == version.modified_at


def _names(header: str, etag: str, *, weak: bool) -> bool:
    if header.strip() == "*":
        return True
    listed = (entry.strip() for entry in header.split(","))
    return any((entry.removeprefix("W/") if weak else entry) == etag for entry in listed)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
