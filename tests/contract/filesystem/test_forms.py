"""Forms that the app takes for the folder keep the contract of direct uploads."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from instagram_core.media.ports import DirectUploads, MediaStore
from instagram_core.testing.contracts.media import DirectUploadsContract
from instagram_filesystem import FilesystemMediaStore
from tests.contract.memory.clients import sent, signed_forms


class TestFilesystemForms(DirectUploadsContract):
    capabilities = frozenset({"clock"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[MediaStore, DirectUploads]]:
        """Give an empty folder, and the app's own forms."""
        with TemporaryDirectory() as folder:
            async with FilesystemMediaStore.open(Path(folder) / "media", self.clock) as store:
                yield store, signed_forms(store, self.clock)

    async def send(
        self, forms: DirectUploads, url: str, fields: Mapping[str, str], data: bytes
    ) -> int:
        """Hand the form over as the app does."""
        return await sent(forms, url, fields, data)
