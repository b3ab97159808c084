"""The parts of a multipart body, one after the other, as they arrive."""

from collections.abc import AsyncIterator

from instagram_app.http.errors import MalformedRequestError, TooLargeError
from instagram_app.http.multipart import Event, MultipartReader, PartBegins, PartData, PartEnds
from instagram_app.http.reading import Body


class ArrivingParts:
    """Gives parts by name; the data of one is read, or passed over, before the next one begins.

    The errors are those of multipart, and of a body that is too slow or too large.
    """

    def __init__(self, body: Body, content_type: str) -> None:
        """Read `body`; MalformedRequestError or the like when it is no form."""
        self._body = body
        self._parser = MultipartReader(content_type)
        self._events = self._arriving()

    async def begin(self) -> str | None:
        """Give the name of the next part; None after the last one."""
        event = await anext(self._events, None)
        if event is None:
            self._parser.finish()
            return None
        assert isinstance(event, PartBegins)  # noqa: S101 - data and ends are read by `data`
        return event.name

    async def data(self) -> AsyncIterator[bytes]:
        """Give the data of the part that began last."""
        async for event in self._events:
            if isinstance(event, PartEnds):
                return
            if isinstance(event, PartData):
                yield event.data
        self._parser.finish()  # refuses: the last boundary cannot have come without this part's end

    async def text(self, longest: int) -> str:
        """Give the part that began last as text of up to `longest` bytes."""
        data = bytearray()
        async for piece in self.data():
            data += piece
            if len(data) > longest:
                raise TooLargeError("A text of the form is too long.")
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise MalformedRequestError("A text of the form is not UTF-8.") from None

    async def pass_over(self) -> None:
        """Read to the end, whatever comes."""
        async for _ in self._events:
            pass
        self._parser.finish()

    async def _arriving(self) -> AsyncIterator[Event]:
        while chunk := await self._body.read():
            for event in self._parser.feed(chunk):
                yield event
