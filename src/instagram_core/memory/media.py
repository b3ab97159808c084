"""Files in a dictionary."""

import hashlib
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, StoredFile
from instagram_core.media.ports import ByteRange, MediaStore
from instagram_core.memory.closing import Closable

_CHUNK = 256 * 1024


@attrs.frozen(kw_only=True)
class _File:
    data: bytes
    stored: StoredFile


class InMemoryMediaStore(Closable, MediaStore):
    """Keeps all files whole in this process; the etag is a digest of the bytes."""

    def __init__(self, clock: Clock) -> None:
        """Take the time of changes from `clock`."""
        self._clock = clock
        self._files: dict[MediaKey, _File] = {}

    async def put(self, key: MediaKey, data: bytes | AsyncIterator[bytes]) -> StoredFile:
        """Store the bytes once all of them have come."""
        self.check_open()
        if not isinstance(data, bytes):
            data = b"".join([chunk async for chunk in data])
            self.check_open()
        stored = StoredFile(
            key=key,
            length=len(data),
            modified_at=to_milliseconds(self._clock.now()),
            etag=hashlib.sha256(data).hexdigest(),
        )
        self._files[key] = _File(data=data, stored=stored)
        return stored

    async def stat(self, key: MediaKey) -> StoredFile | None:
        """Give what is known of a file; None when absent."""
        self.check_open()
        file = self._files.get(key)
        return file.stored if file else None

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the file as it is now, as chunks."""
        self.check_open()
        if key not in self._files:
            raise MediaNotFoundError(key)
        data = self._files[key].data
        yield _chunks(data if part is None else data[part.start : part.last + 1])

    async def delete(self, keys: Iterable[MediaKey]) -> None:
        """Forget the files."""
        self.check_open()
        for key in keys:
            self._files.pop(key, None)

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        """Give the files that follow, in the order of keys."""
        self.check_open()
        keys = sorted(self._files)
        start = 0 if after is None else bisect_right(keys, after)
        return tuple(self._files[key].stored for key in keys[start : start + limit])


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]
