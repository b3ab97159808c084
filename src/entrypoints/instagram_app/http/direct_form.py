"""The form of a direct upload: a few fields, then one file, passed on as it arrives."""

from collections.abc import AsyncIterator
from typing import ClassVar, Self

from sanic import Request

from instagram_app.http.errors import FieldError, FieldsError, MalformedRequestError, TooLargeError
from instagram_app.http.multipart import Event, MultipartReader, PartBegins, PartData, PartEnds
from instagram_app.http.reading import Body

_FILE = "file"


class DirectForm:
    """A form whose fields have been read and whose file is still arriving."""

    AROUND: ClassVar[int] = 64 * 1024
    """Bytes of fields, names and boundaries."""
    LONGEST_FIELD: ClassVar[int] = 8 * 1024

    def __init__(self, request: Request, most_bytes: int) -> None:
        """Use `open`."""
        self._body = Body(request, most_bytes + self.AROUND)
        self._parser = MultipartReader(request.headers.getone("content-type", ""))
        self._events = self._arriving()
        self.fields: dict[str, str] = {}
        """By name in lower case: servers of S3 take them so."""

    @classmethod
    async def open(cls, request: Request, most_bytes: int) -> Self:
        """Read up to the file; FieldsError when there is none.

        The other errors are those of multipart and of a body that is too slow or too large.
        """
        form = cls(request, most_bytes)
        async for event in form._events:
            assert isinstance(event, PartBegins)  # noqa: S101 - data and ends are read by _data
            if event.name == _FILE:
                return form
            form.fields[event.name.lower()] = await form._text()
        form._parser.finish()
        raise FieldsError(FieldError(_FILE, "is required"))

    async def file(self) -> AsyncIterator[bytes]:
        """Give the file piece by piece."""
        async for piece in self._data():
            yield piece

    async def close(self) -> None:
        """Read what is behind the file, and pass over it."""
        async for _ in self._events:
            pass
        self._parser.finish()

    async def _text(self) -> str:
        data = bytearray()
        async for piece in self._data():
            data += piece
            if len(data) > self.LONGEST_FIELD:
                raise TooLargeError("A field of the form is too long.")
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise MalformedRequestError("A field of the form is not UTF-8.") from None

    async def _data(self) -> AsyncIterator[bytes]:
        async for event in self._events:
            if isinstance(event, PartEnds):
                return
            if isinstance(event, PartData):
                yield event.data
        self._parser.finish()

    async def _arriving(self) -> AsyncIterator[Event]:
        while chunk := await self._body.read():
            for event in self._parser.feed(chunk):
                yield event
