"""Multipart forms, whole and broken, cut into any pieces."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.http.errors import MalformedRequestError, WrongContentTypeError
from instagram_app.http.multipart import MultipartReader, PartBegins, PartData, PartEnds

TYPE = "multipart/form-data; boundary=frontier"
Part = tuple[str, bytes]

names = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\\r\n\0'), min_size=1, max_size=20
)
contents = st.binary(max_size=200) | st.sampled_from(
    [b"\r\n--frontie", b"\r\n--frontierX", b"--frontier", b"\r\n", b"\r", b"-", b"\r\n--"]
)
chunk_sizes = st.integers(min_value=1, max_value=300)


def form(parts: Sequence[Part]) -> bytes:
    """Give a well-formed body."""
    lines = [
        b'--frontier\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (name.encode(), content)
        for name, content in parts
    ]
    return b"".join(lines) + b"--frontier--\r\n"


def read(body: bytes, chunk: int = 1 << 20, content_type: str = TYPE) -> list[Part]:
    """Give the parts of a body that arrives in pieces."""
    reader, parts = MultipartReader(content_type), list[tuple[str, bytearray]]()
    for start in range(0, len(body), chunk):
        for event in reader.feed(body[start : start + chunk]):
            if isinstance(event, PartBegins):
                parts.append((event.name, bytearray()))
            elif isinstance(event, PartData):
                parts[-1][1].extend(event.data)
            else:
                assert isinstance(event, PartEnds)
    reader.finish()
    return [(name, bytes(content)) for name, content in parts]


@given(st.lists(st.tuples(names, contents), max_size=5), chunk_sizes)
def test_parts_come_out_as_they_went_in(parts: list[Part], chunk: int) -> None:
    """However the body is cut, names and bytes are those that were sent."""
    assert parts == read(form(parts), chunk)


@given(st.lists(st.tuples(names, contents), min_size=1, max_size=3), chunk_sizes, st.data())
def test_a_form_that_is_cut_off_is_malformed(
    parts: list[Part], chunk: int, data: st.DataObject
) -> None:
    """Whatever is missing at the end is noticed."""
    body = form(parts)
    end = data.draw(st.integers(0, len(body) - len("--\r\n") - 1))

    with pytest.raises(MalformedRequestError):
        read(body[:end], chunk)


@given(st.binary(max_size=300), chunk_sizes)
def test_any_bytes_are_a_form_or_malformed(body: bytes, chunk: int) -> None:
    """No bytes lead to another error."""
    with suppress(MalformedRequestError):
        read(b"--frontier" + body, chunk)


@given(st.lists(st.tuples(names, contents), min_size=1, max_size=3), st.data())
def test_a_form_with_one_wrong_byte_is_a_form_or_malformed(
    parts: list[Part], data: st.DataObject
) -> None:
    """No flipped byte leads to another error."""
    body = bytearray(form(parts))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    with suppress(MalformedRequestError):
        read(bytes(body))


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "multipart/mixed; boundary=frontier", "multipart/form-data2"],
)
def test_another_content_type_is_not_read(content_type: str) -> None:
    """What is no form is refused for what it is."""
    with pytest.raises(WrongContentTypeError):
        MultipartReader(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        f"multipart/form-data; boundary={'b' * 201}",
        f"multipart/form-data; boundary={'b' * 5000}",
    ],
)
def test_a_form_without_a_boundary_is_malformed(content_type: str) -> None:
    """Without a boundary there is nothing to read."""
    with pytest.raises(MalformedRequestError):
        MultipartReader(content_type)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Content-Type: text/plain",
        b"Content-Disposition: form-data",
        b'Content-Disposition: form-data; name=""',
        b'Content-Disposition: attachment; name="a"',
        b'Content-Disposition: form-data; name="\xff"',
        b'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64',
        b'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"',
        b'Content-Disposition: form-data; name="a"\r\nX: ' + b"x" * 5000,
        b'Content-Disposition: form-data; name="a"' + b"\r\nX-%d: 1" * 9 % tuple(range(9)),
        b"No colon",
    ],
)
def test_a_part_with_a_bad_head_is_malformed(head: bytes) -> None:
    """A part that cannot be told apart breaks the form."""
    with pytest.raises(MalformedRequestError):
        read(b"--frontier\r\n" + head + b"\r\n\r\ndata\r\n--frontier--")


def test_a_form_of_too_many_parts_is_malformed() -> None:
    """Parts are counted as they come."""
    with pytest.raises(MalformedRequestError):
        read(form([("a", b"")] * (MultipartReader.MOST_PARTS + 1)))


def test_a_quoted_boundary_and_an_epilogue_are_fine() -> None:
    """What the standard allows is read."""
    body = form([("a", b"1")]) + b"epilogue"

    assert read(body, 7, 'Multipart/Form-Data; boundary="frontier"') == [("a", b"1")]
