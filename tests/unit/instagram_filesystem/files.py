"""How tests look at a media folder from outside."""

from collections.abc import AsyncIterator
from pathlib import Path

from instagram_core.media.model import MediaKey, media_key
from instagram_core.media.ports import MediaStore

STEM = "0123456789abcdef"
KEY = media_key(STEM, "original")


def files(root: Path) -> dict[str, bytes]:
    """Give every file under a folder."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


async def read(store: MediaStore, key: MediaKey = KEY) -> bytes:
    """Give the bytes of a file."""
    async with store.read(key) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def stream(*chunks: bytes, error: BaseException | None = None) -> AsyncIterator[bytes]:
    """Give chunks, and then perhaps an error."""
    for chunk in chunks:
        yield chunk
    if error is not None:
        raise error
