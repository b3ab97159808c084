"""The form of a direct upload: a few fields, then one file, passed on as it arrives."""

from collections.abc import AsyncIterator, Callable
from typing import ClassVar, Self

from sanic import Request

from instagram_app.http.errors import FieldError, FieldsError
from instagram_app.http.parts import ArrivingParts
from instagram_app.http.reading import Body

_FILE = "file"


class DirectForm:
    """A form whose fields have been read and whose file is still arriving."""

    AROUND: ClassVar[int] = 64 * 1024
    """Bytes of fields, names and boundaries."""
    LONGEST_FIELD: ClassVar[int] = 8 * 1024

    def __init__(self, request: Request, most_bytes: int, ended: Callable[[], None]) -> None:
        """Use `open`."""
        body = Body(request, most_bytes + self.AROUND)
        self._parts = ArrivingParts(body, request.headers.getone("content-type", ""))
        self._ended = ended
        self.fields: dict[str, str] = {}
        """By name in lower case: servers of S3 take them so."""

    @classmethod
    async def open(cls, request: Request, most_bytes: int, ended: Callable[[], None]) -> Self:
        """Read up to the file; FieldsError when there is none. `ended` is called after all of it.

        The other errors are those of multipart and of a body that is too slow or too large.
        """
        form = cls(request, most_bytes, ended)
        while (name := await form._parts.begin()) is not None:
            if name == _FILE:
                return form
            form.fields[name.lower()] = await form._parts.text(cls.LONGEST_FIELD)
        raise FieldsError(FieldError(_FILE, "is required"))

    async def file(self) -> AsyncIterator[bytes]:
        """Give the file piece by piece, and pass over what is behind it."""
        async for piece in self._parts.data():
            yield piece
        await self._parts.pass_over()
        self._ended()
