"""Clients of addresses and forms that are answered in this process."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import DomainError
from instagram_core.kernel.signing import Signer
from instagram_core.media.forms import FormAddress, SignedForms
from instagram_core.media.ports import ByteRange, DirectUploads, MediaLinks, MediaStore
from instagram_core.memory.links import InMemoryMediaLinks
from instagram_core.testing.contracts.media.links import Read


def signed_forms(store: MediaStore, clock: Clock) -> SignedForms:
    """Give the app's own forms over a store."""
    return SignedForms(store=store, signer=Signer(b"secret of the tests"), clock=clock)


async def fetched(links: MediaLinks, url: str, method: str, span: str) -> Read:
    """Give what is read at an address."""
    part = None
    if span:
        start, last = span.removeprefix("bytes=").split("-")
        part = ByteRange(start=int(start), last=int(last))
    server = cast("InMemoryMediaLinks", links)
    found = await server.fetch(url, method, part)
    headers = {
        "content-type": found.content_type,
        "content-length": str(found.length),
        "cache-control": found.cache_control,
    }
    return Read(found.status, found.data, headers)


async def sent(forms: DirectUploads, url: str, fields: Mapping[str, str], data: bytes) -> int:
    """Give the status that a form would be answered with."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    address = FormAddress(
        stem=parts.path.removeprefix(SignedForms.PATH),
        content_type=query["t"],
        most_bytes=query["b"],
        expires=query["e"],
        signature=query["s"],
    )
    server: Any = forms
    try:
        await server.receive(address, fields.get("Content-Type", ""), _pieces(data))
    except DomainError:
        return 403
    return 204


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 7):
        yield data[start : start + 7]
