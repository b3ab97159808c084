"""Multipart forms, parsed piece by piece as they arrive; nothing is kept here."""

import logging
from collections.abc import Iterable
from typing import ClassVar, Final

import attrs
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from instagram_app.http.errors import MalformedRequestError, WrongContentTypeError

_SILENT: Final = logging.Logger("multipart", logging.CRITICAL)  # noqa: LOG001 - in no hierarchy
"""What a client gets wrong is told to the client, not to the operator."""

_PLAIN_ENCODINGS: Final = frozenset({b"", b"7bit", b"8bit", b"binary"})


@attrs.frozen
class PartBegins:
    """A part starts; its name tells what it is for."""

    name: str


@attrs.frozen
class PartData:
    """Some bytes of the part that began last."""

    data: bytes


@attrs.frozen
class PartEnds:
    """The part is complete."""


Event = PartBegins | PartData | PartEnds


class MultipartReader:
    """Turns the chunks of a `multipart/form-data` body into events. It does no input or output.

    What breaks the format is a MalformedRequestError, as soon as it shows.
    """

    MOST_PARTS: ClassVar[int] = 100
    MOST_HEADERS: ClassVar[int] = 8
    LONGEST_HEADER: ClassVar[int] = 4096

    def __init__(self, content_type: str) -> None:
        """Read a body of this type; WrongContentTypeError when it is another one."""
        self._events: list[Event] = []
        self._parts = 0
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
            },
            max_header_count=self.MOST_HEADERS,
            max_header_size=self.LONGEST_HEADER,
        )
        self._parser.logger = _SILENT

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """Give what a chunk completes."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise MalformedRequestError("The form is not well-formed.") from None
        events, self._events = self._events, []
        return events

    def finish(self) -> None:
        """Return when the form reached its end; MalformedRequestError when it was cut off."""
        if self._parser.state != MultipartState.END:
            raise MalformedRequestError("The form ends before its last boundary.")

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > self.MOST_PARTS:
            raise MalformedRequestError("The form has too many parts.")
        self._headers = {}

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _on_header_end(self) -> None:
        name, value = bytes(self._header[0]).lower(), bytes(self._header[1])
        if name in self._headers:
            raise MalformedRequestError("A part of the form repeats a header.")
        self._headers[name] = value
        self._header = (bytearray(), bytearray())

    def _on_headers_finished(self) -> None:
        transfer = self._headers.get(b"content-transfer-encoding", b"").strip().lower()
        if transfer not in _PLAIN_ENCODINGS:
            raise MalformedRequestError("A part of the form is encoded.")
        self._events.append(PartBegins(_name(self._headers.get(b"content-disposition", b""))))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(PartData(data[start:end]))

    def _on_part_end(self) -> None:
        self._events.append(PartEnds())


def _boundary(content_type: str) -> bytes:
    try:
        kind, options = parse_options_header(content_type)
    except UnicodeError:
        kind, options = b"", {}
    if kind != b"multipart/form-data":
        raise WrongContentTypeError("The body must be multipart/form-data.")
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 200 or b"\r" in boundary or b"\n" in boundary:  # noqa: PLR2004 - RFC 2046 says 70
        raise MalformedRequestError("The content type names no boundary.")
    return boundary


def _name(disposition: bytes) -> str:
    kind, options = parse_options_header(disposition.decode("latin-1"))
    name = options.get(b"name")
    if kind != b"form-data" or not name:
        raise MalformedRequestError("A part of the form has no name.")
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise MalformedRequestError("The name of a part is not UTF-8.") from None
