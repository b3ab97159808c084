"""`MediaStore` over a folder; blocking calls run in a few threads."""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, ParamSpec, Self, TypeVar

from instagram_core.kernel.clock import Clock, SystemClock, to_milliseconds
from instagram_core.kernel.errors import AdapterClosed
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, StoredFile
from instagram_core.media.ports import ByteRange, MediaStore
from instagram_filesystem.errors import unavailable
from instagram_filesystem.folder import Folder
from instagram_filesystem.incoming import IncomingFile

P = ParamSpec("P")
T = TypeVar("T")

_CHUNK: Final = 256 * 1024
_THREADS: Final = 4


class FilesystemMediaStore(MediaStore):
    """Keeps files in a folder of one machine; several processes may share it.

    A cancelled call ends when the step ends that its thread is in, so that nothing happens behind
    the back of whoever cancelled it. ValueError for a key that is not of the safe form.
    """

    def __init__(self, root: Path, clock: Clock | None = None) -> None:
        """Use `open`. Changes are dated by `clock`, by default the machine's."""
        self._folder = Folder(root)
        self._clock = clock or SystemClock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="media")
        self._is_closed = False

    @classmethod
    @asynccontextmanager
    async def open(cls, root: Path, clock: Clock | None = None) -> AsyncIterator[Self]:
        """Give the store of a folder, which is made if it is not there; leftovers are swept."""
        store = cls(root, clock)
        try:
            await store._run(store._folder.prepare)
            yield store
        finally:
            await store.close()

    async def close(self) -> None:
        """End the use of the store, when the steps under way have ended. Twice is fine."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)

    async def put(self, key: MediaKey, data: bytes | AsyncIterator[bytes]) -> StoredFile:
        """Write aside, flush, rename into place, flush the names."""
        self._check_open()
        file = IncomingFile(self._folder, key)
        try:
            async for chunk in _once(data) if isinstance(data, bytes) else data:
                await self._run(file.write, chunk)
            stored = await self._run(file.publish, to_milliseconds(self._clock.now()))
        except BaseException:
            await self._undo(file)
            raise
        file.keep()
        return stored

    async def stat(self, key: MediaKey) -> StoredFile | None:
        """Give what is known of a file; None when absent."""
        return await self._run(self._folder.stat, key)

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the file as it is now, as chunks of 256 KiB."""
        opened = list[int]()
        try:
            await self._run(self._open_into, key, opened)
            if not opened:
                raise MediaNotFoundError(key)
            yield self._chunks(opened[0], part)
        finally:
            for descriptor in opened:
                os.close(descriptor)

    async def delete(self, keys: Iterable[MediaKey]) -> None:
        """Remove the files, and folders that become empty."""
        await self._run(self._folder.delete, [self._folder.path(key) for key in keys])

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        """Give the files that follow, in the order of keys."""
        return await self._run(self._folder.page, after, limit)

    async def _chunks(self, descriptor: int, part: ByteRange | None) -> AsyncIterator[bytes]:
        position = part.start if part else 0
        rest = part.length if part else os.fstat(descriptor).st_size
        while rest > 0:
            chunk = await self._run(os.pread, descriptor, min(rest, _CHUNK), position)
            if not chunk:
                break
            yield chunk
            position += len(chunk)
            rest -= len(chunk)

    def _open_into(self, key: MediaKey, opened: list[int]) -> None:
        # Not by the result: that of a cancelled call is lost, and the descriptor with it.
        descriptor = self._folder.open(key)
        if descriptor is not None:
            opened.append(descriptor)

    async def _undo(self, file: IncomingFile) -> None:
        with contextlib.suppress(OSError):  # what is left is swept at the next start
            if self._is_closed:
                file.discard()
            else:
                await self._in_thread(file.discard)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._check_open()
        try:
            return await self._in_thread(functools.partial(work, *args, **kwargs))
        except OSError as error:
            raise unavailable(error) from error

    async def _in_thread(self, work: Callable[[], T]) -> T:
        step = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            while not step.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([step])
            step.exception()  # seen: the cancellation is what the caller hears of
            raise

    def _check_open(self) -> None:
        if self._is_closed:
            raise AdapterClosed("the media store is closed")


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
