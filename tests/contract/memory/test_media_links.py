"""Addresses and forms of the memory store keep their contracts: they are the specification."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from instagram_core.media.ports import DirectUploads, MediaLinks, MediaStore
from instagram_core.memory.links import InMemoryMediaLinks
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.testing.contracts.media import DirectUploadsContract, MediaLinksContract
from instagram_core.testing.contracts.media.links import Read
from tests.contract.memory.clients import fetched, sent, signed_forms


class TestInMemoryMediaLinks(MediaLinksContract):
    capabilities = frozenset({"clock"})
    aligned = True

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[MediaStore, MediaLinks]]:
        """Give an empty store, and what links to it."""
        store = InMemoryMediaStore(self.clock)
        yield store, InMemoryMediaLinks(store, self.clock)

    async def fetch(self, links: MediaLinks, url: str, method: str = "GET", span: str = "") -> Read:
        """Ask the reference itself."""
        return await fetched(links, url, method, span)


class TestSignedForms(DirectUploadsContract):
    capabilities = frozenset({"clock"})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[MediaStore, DirectUploads]]:
        """Give an empty store, and the app's own forms."""
        store = InMemoryMediaStore(self.clock)
        yield store, signed_forms(store, self.clock)

    async def send(
        self, forms: DirectUploads, url: str, fields: Mapping[str, str], data: bytes
    ) -> int:
        """Hand the form over as the app does."""
        return await sent(forms, url, fields, data)
