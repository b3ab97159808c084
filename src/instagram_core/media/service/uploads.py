"""Taking in files: judged by their bytes, stored as private originals."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import ClassVar, Self

import attrs

from instagram_core.kernel.errors import AdapterUnavailable, DomainError
from instagram_core.media.errors import MediaTooLargeError
from instagram_core.media.model import DirectUpload, Original, keys_of_stem, media_key
from instagram_core.media.ports import DirectUploads, ImageProcessor, MediaStore


@attrs.frozen(kw_only=True)
class Upload:
    """A file that was taken in."""

    original: Original
    digest: bytes
    """SHA-256 of the bytes."""


class UploadBatch:
    """The files of one request: all of them stay, or none.

    Leaving the block without `keep`, or by a refusal, removes what was stored. After any other
    error, or a cancellation, it is not known whether a row refers to the files by now: they stay,
    and the sweep collects them if none does.
    """

    def __init__(self, *, store: MediaStore, images: ImageProcessor, most_bytes: int) -> None:
        """Keep files in `store`, judge them by `images`."""
        self._store = store
        self._images = images
        self._most_bytes = most_bytes
        self._is_kept = False
        self._stems: list[str] = []
        self.uploads: list[Upload] = []

    async def accept(self, file: bytes | AsyncIterator[bytes]) -> Upload:
        """Take in one file, whole or in chunks, at most `most_bytes` of it in memory.

        - More bytes than allowed: MediaTooLargeError, told before they are all read.
        - What is not a picture, is damaged, or too large in pixels: the other MediaRefused errors.
        """
        data = await self._collect(file)
        stem = _fresh_stem()
        upload = await self._judged(stem, data)
        self._stems.append(stem)
        await self._store.put(upload.original.key, data)
        return upload

    async def adopt(self, forms: DirectUploads, upload: DirectUpload) -> Upload | None:
        """Take in a file that lies in the store already; None when nothing was uploaded.

        It is copied first, and the copy is judged: the form may be sent again at any moment. The
        errors are those of `accept`.
        """
        stem = _fresh_stem()
        self._stems.append(stem)
        original = media_key(stem, Original.NAME)
        stored = await forms.claim(upload, original)
        if stored is None:
            return None
        if stored.length > self._most_bytes:
            raise MediaTooLargeError
        async with self._store.read(original) as chunks:
            data = await self._collect(chunks)
        return await self._judged(stem, data)

    def keep(self) -> None:
        """Say that rows refer to the files now."""
        self._is_kept = True

    async def __aenter__(self) -> Self:
        """Start with no files."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the files unless they are kept, or may be in use."""
        is_settled = error is None or isinstance(error, DomainError)
        if is_settled and not self._is_kept:
            keys = [key for stem in self._stems for key in keys_of_stem(stem)]
            with suppress(AdapterUnavailable):  # the refusal stands, and the sweep comes by
                await self._store.delete(keys)

    async def _judged(self, stem: str, data: bytes) -> Upload:
        info = await self._images.probe(data)
        original = Original(stem=stem, info=info)
        upload = Upload(original=original, digest=hashlib.sha256(data).digest())
        self.uploads.append(upload)
        return upload

    async def _collect(self, file: bytes | AsyncIterator[bytes]) -> bytes:
        data = bytearray()
        async for chunk in _whole(file) if isinstance(file, bytes) else file:
            data += chunk
            if len(data) > self._most_bytes:
                raise MediaTooLargeError
        return bytes(data)


class Uploads:
    """Opens batches of uploads."""

    STEM_BYTES: ClassVar[int] = 16

    def __init__(self, *, store: MediaStore, images: ImageProcessor, most_bytes: int) -> None:
        """Work on these; `most_bytes` bounds each file, inclusive."""
        self._store = store
        self._images = images
        self.most_bytes = most_bytes

    def batch(self) -> UploadBatch:
        """Give an empty batch, to be used as `async with`."""
        return UploadBatch(store=self._store, images=self._images, most_bytes=self.most_bytes)


def _fresh_stem() -> str:
    return secrets.token_hex(Uploads.STEM_BYTES)


async def _whole(file: bytes) -> AsyncIterator[bytes]:
    yield file
