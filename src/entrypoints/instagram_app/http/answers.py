"""From results to HTTP answers: encoded once, with the headers that every answer has."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Final

import attrs
import msgspec
from sanic.compat import Header
from sanic.response import HTTPResponse

_ENCODER: Final = msgspec.json.Encoder()
_WITHOUT_BODY: Final = frozenset({204, 304})

_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_UNLESS_SAID_OTHERWISE: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
"""Of everything that is neither a page nor a picture for other people's pages."""


def encode(value: object) -> bytes:
    """Give a shape as JSON; bytes are JSON already."""
    return value if isinstance(value, bytes) else _ENCODER.encode(value)


@attrs.frozen(kw_only=True)
class Content:
    """An answer that is no JSON shape, and says itself how long it may be kept."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = attrs.field(factory=dict)
    stream: Callable[[], AbstractAsyncContextManager[AsyncIterator[bytes]]] | None = None
    """Opens the body, where it is not held in memory; `content-length` is among the headers."""


class Answer(HTTPResponse):
    """A response whose constant headers were formatted once, when the app was made."""

    __slots__ = ("_constant",)

    PRIVATE: ClassVar[str] = "private, no-cache"
    """Most answers are somebody's view: shared caches keep none, browsers ask again."""

    def __init__(
        self,
        constant: tuple[bytes, bytes],
        status: int,
        headers: dict[str, str],
        content_type: str | None,
        body: bytes,
    ) -> None:
        """Answer with these."""
        self.asgi = False
        self.stream = None
        self._cookies = None
        self._constant = constant
        self.status = status
        self.content_type = content_type
        self.body = body
        self.headers = Header(headers)

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Give the headers as they are sent."""
        if self.content_type is not None and self.status not in _WITHOUT_BODY:
            yield b"content-type", self.content_type.encode()
        for name, value in self.headers.items():
            if name == "alt-svc":  # the server's, and always empty
                continue
            yield name.encode(), str(value).encode(errors="surrogateescape")
        yield self._constant


class Answers:
    """Makes answers of one app."""

    def __init__(self, *, is_always_secure: bool) -> None:
        """`is_always_secure`: people reach the app by https alone."""
        always = dict(_ALWAYS)
        if is_always_secure:
            always["strict-transport-security"] = "max-age=31536000"
        self._of_content = _formatted(always)
        self._of_json = _formatted(always | _UNLESS_SAID_OTHERWISE)

    def json(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str],
        content_type: str = "application/json",
    ) -> Answer:
        """Give an answer of encoded JSON."""
        headers.setdefault("cache-control", Answer.PRIVATE)
        return Answer(self._of_json, status, headers, content_type, body)

    def content(self, content: Content, headers: dict[str, str]) -> Answer:
        """Give an answer that is a file or a page."""
        joined = _UNLESS_SAID_OTHERWISE | headers | content.headers
        return Answer(self._of_content, content.status, joined, content.content_type, content.body)


def _formatted(headers: dict[str, str]) -> tuple[bytes, bytes]:
    """Give headers as the name of the first one, and all else that stands behind its colon."""
    (first, value), *rest = headers.items()
    lines = [value, *(f"{name}: {text}" for name, text in rest)]
    return first.encode(), "\r\n".join(lines).encode()
