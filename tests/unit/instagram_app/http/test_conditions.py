"""Conditional and partial requests."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.http.conditions import Version, is_unchanged, wanted_range
from instagram_app.http.errors import PreconditionError, RangeError
from instagram_core.media.ports import ByteRange

VERSION = Version(etag='"v1"', modified_at=datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC), length=1000)
BEFORE = "Sun, 01 Mar 2026 11:59:59 GMT"
NOW = "Sun, 01 Mar 2026 12:00:00 GMT"
AFTER = "Sun, 01 Mar 2026 12:00:01 GMT"


def test_the_time_is_told_as_headers_have_it() -> None:
    """RFC 9110 knows one form."""
    assert VERSION.last_modified == NOW


@pytest.mark.parametrize(
    ("headers", "unchanged"),
    [
        ({}, False),
        ({"if-none-match": '"v1"'}, True),
        ({"if-none-match": 'W/"v1"'}, True),
        ({"if-none-match": '"v0", "v1"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"v0"'}, False),
        ({"if-none-match": '"v0"', "if-modified-since": NOW}, False),
        ({"if-modified-since": BEFORE}, False),
        ({"if-modified-since": NOW}, True),
        ({"if-modified-since": AFTER}, True),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-match": '"v1"'}, False),
        ({"if-match": "*"}, False),
        ({"if-unmodified-since": NOW}, False),
        ({"if-match": '"v1"', "if-unmodified-since": BEFORE}, False),
    ],
)
def test_a_client_is_told_when_it_has_the_file(headers: dict[str, str], unchanged: bool) -> None:  # noqa: FBT001 - a column
    """Tags go before dates."""
    assert unchanged == is_unchanged(headers, VERSION)


@pytest.mark.parametrize(
    "headers", [{"if-match": '"v0"'}, {"if-match": 'W/"v1"'}, {"if-unmodified-since": BEFORE}]
)
def test_a_request_for_another_version_is_refused(headers: dict[str, str]) -> None:
    """What was meant is not there any more."""
    with pytest.raises(PreconditionError):
        is_unchanged(headers, VERSION)


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, None),
        ({"range": "bytes=0-0"}, (0, 0)),
        ({"range": "bytes=10-19"}, (10, 19)),
        ({"range": "bytes=990-"}, (990, 999)),
        ({"range": "bytes=990-5000"}, (990, 999)),
        ({"range": "bytes=-10"}, (990, 999)),
        ({"range": "bytes=-5000"}, (0, 999)),
        ({"range": "bytes=5-4"}, None),
        ({"range": "bytes=-"}, None),
        ({"range": "bytes=0-1,3-4"}, None),
        ({"range": "pages=1-2"}, None),
        ({"range": "bytes=a-b"}, None),
        ({"range": "bytes=1-2", "if-range": '"v1"'}, (1, 2)),
        ({"range": "bytes=1-2", "if-range": '"v0"'}, None),
        ({"range": "bytes=1-2", "if-range": 'W/"v1"'}, None),
        ({"range": "bytes=1-2", "if-range": NOW}, (1, 2)),
        ({"range": "bytes=1-2", "if-range": AFTER}, None),
        ({"range": "bytes=2000-", "if-range": '"v0"'}, None),
    ],
)
def test_a_part_is_given_when_it_is_asked_for_well(
    headers: dict[str, str], part: tuple[int, int] | None
) -> None:
    """Anything else is answered with the whole file."""
    expected = None if part is None else ByteRange(start=part[0], last=part[1])

    assert expected == wanted_range(headers, VERSION)


@pytest.mark.parametrize("text", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(text: str) -> None:
    """The refusal tells how long the file is."""
    with pytest.raises(RangeError) as caught:
        wanted_range({"range": text}, VERSION)

    assert caught.value.headers == {"content-range": "bytes */1000"}


@given(st.text(max_size=30), st.integers(1, 100))
def test_any_range_is_within_the_file(text: str, length: int) -> None:
    """Whatever is asked for, what is given is there."""
    version = Version(etag='"v1"', modified_at=VERSION.modified_at, length=length)
    try:
        part = wanted_range({"range": f"bytes={text}"}, version)
    except RangeError:
        return
    assert part is None or 0 <= part.start <= part.last < length
