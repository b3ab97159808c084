"""Addresses of files in a dictionary, and the server that would answer at them."""

import hashlib
import secrets
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import ENCODINGS, MediaKey, media_key
from instagram_core.media.ports import ByteRange, MediaLink, MediaLinks, MediaStore

_HOST: Final = "https://media.invalid/"


@attrs.frozen
class LinkedFile:
    """What is read at an address."""

    status: int
    data: bytes = b""
    length: int = 0
    content_type: str = ""
    cache_control: str = ""


class InMemoryMediaLinks(MediaLinks):
    """Signs addresses; `fetch` is the server behind them."""

    def __init__(self, store: MediaStore, clock: Clock) -> None:
        """Give the files of `store`."""
        self._store = store
        self._clock = clock
        self._secret = secrets.token_hex()

    def link(
        self, key: MediaKey, *, seconds: int, is_restricted: bool, method: str = "GET"
    ) -> MediaLink:
        """Give an address that ends with the window after this one."""
        window, now = max(1, seconds // 2), self._now()
        ends = (now // window + 2) * window
        kept = "private" if is_restricted else "public"
        query = {"kept": kept, "ends": str(ends), "seal": self._seal(key, method, kept, ends)}
        return MediaLink(url=f"{_HOST}{key}?{urlencode(query)}", seconds=ends - now)

    async def fetch(
        self, url: str, method: str = "GET", part: ByteRange | None = None
    ) -> LinkedFile:
        """Answer a request: 403 to an address that was not given out so, or is over."""
        parts = urlsplit(url)
        stem, _, name = parts.path.removeprefix("/").partition("/")
        key, query = media_key(stem, name), dict(parse_qsl(parts.query))
        kept, ends = query.get("kept", ""), int(query.get("ends", "0"))
        if query.get("seal") != self._seal(key, method, kept, ends) or ends <= self._now():
            return LinkedFile(403)
        try:
            async with self._store.read(key, part) as chunks:
                data = b"".join([chunk async for chunk in chunks])
        except MediaNotFoundError:
            return LinkedFile(404)
        ending = name.rpartition(".")[2]
        return LinkedFile(
            status=200 if part is None else 206,
            data=b"" if method == "HEAD" else data,
            length=len(data),
            content_type=f"image/{ending}" if ending in ENCODINGS else "application/octet-stream",
            cache_control=f"{kept}, max-age={ends - self._now()}",
        )

    def _seal(self, key: MediaKey, method: str, kept: str, ends: int) -> str:
        text = f"{self._secret} {key} {method} {kept} {ends}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _now(self) -> int:
        return to_milliseconds(self._clock.now()) // 1000
