"""The media store in a folder keeps its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from instagram_core.media.ports import MediaStore
from instagram_core.testing.contracts.media import MediaStoreContract
from instagram_filesystem import FilesystemMediaStore


class TestFilesystemMediaStore(MediaStoreContract):
    capabilities = frozenset({"clock", "close", "outage", "reopen"})
    root: Path

    @asynccontextmanager
    async def open(self) -> AsyncIterator[MediaStore]:
        """Give one over a new folder."""
        with TemporaryDirectory() as folder:
            self.root = Path(folder) / "media"
            async with FilesystemMediaStore.open(self.root, self.clock) as store:
                yield store

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[MediaStore]:
        """Give a second one over the same folder."""
        async with FilesystemMediaStore.open(self.root, self.clock) as store:
            yield store

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Take the folder away, as an unmounted disk does."""
        away = self.root.rename(self.root.with_name("unmounted"))
        try:
            yield
        finally:
            away.rename(self.root)
