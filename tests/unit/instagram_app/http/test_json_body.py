"""JSON bodies are read strictly."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.http.errors import FieldsError, MalformedRequestError
from instagram_app.http.json_body import decode


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A part."""

    number: int


class Sample(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A body."""

    name: str
    inner: Inner | msgspec.UnsetType = msgspec.UNSET
    ratio: float = 0.0


def test_a_good_body_is_decoded() -> None:
    """Fields arrive as their types say."""
    assert Sample(name="Zoë", inner=Inner(3)) == decode(
        '{"name": "Zoë", "inner": {"number": 3}}'.encode(), Sample
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": }',
        b'{"name": "a"} trailing',
        b'{"name": "a", "name": "b"}',
        b'{"name": "a", "inner": {"number": 1, "number": 2}}',
        b'{"name": "a", "ratio": NaN}',
        b'{"name": "a", "ratio": Infinity}',
        b'{"name": "a", "ratio": -Infinity}',
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "a"}',
        '{"name": "a"}'.encode("utf-16"),
        b"[" * 60_000,
        b'{"name": ' * 10_000,
        b'{"ratio": ' + b"9" * 5_000 + b"}",
        b'{"name": "a", "\\ud800": 2}',
    ],
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    """Repeated keys, NaN, another encoding or endless nesting are no JSON of ours."""
    with pytest.raises(MalformedRequestError):
        decode(body, Sample)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{}", "name"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'{"name": 1}', "name"),
        (b'{"name": null}', "name"),
        (b'{"name": "a", "surplus": 1}', "surplus"),
        (b'{"name": "a", "inner": {"number": "1"}}', "inner.number"),
        (b'{"name": "a", "inner": {"number": 1.5}}', "inner.number"),
        (b'{"name": "a", "inner": {}}', "inner.number"),
        (b'{"name": "a", "inner": {"number": 1, "odd": 2}}', "inner.odd"),
    ],
)
def test_what_does_not_fit_names_the_field(body: bytes, field: str) -> None:
    """Unknown and missing fields and wrong types say where they are."""
    with pytest.raises(FieldsError) as caught:
        decode(body, Sample)

    assert [field] == [error.field for error in caught.value.errors]


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    """No body leads to another error."""
    with suppress(FieldsError, MalformedRequestError):
        decode(body, Sample)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_json_is_decoded_or_refused(value: object) -> None:
    """No document leads to another error."""
    with suppress(FieldsError, MalformedRequestError):
        decode(json.dumps({"name": "a", "inner": value}).encode(), Sample)
