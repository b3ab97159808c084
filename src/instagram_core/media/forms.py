"""Upload forms that the app itself takes, for stores that clients cannot reach."""

import base64
from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlencode

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.signing import Signer
from instagram_core.media.errors import MediaNotFoundError, MediaTooLargeError, UploadFormError
from instagram_core.media.model import DirectUpload, MediaKey, StoredFile
from instagram_core.media.ports import DirectUploads, MediaStore, UploadForm, UploadTerms

CONTENT_TYPE: Final = "Content-Type"
"""The field of a form that says what its file is."""


@attrs.frozen(kw_only=True)
class FormAddress:
    """The address a form was sent to, as it came in: nothing of it is proven yet."""

    stem: str
    content_type: str
    most_bytes: str
    expires: str
    signature: str


class SignedForms(DirectUploads):
    """Forms at `/media/uploads/<stem>?t=<type>&b=<bytes>&e=<expiry>&s=<signature>`.

    They need no session: whoever has the address may send one file of that type and size.
    """

    PATH: ClassVar[str] = "/media/uploads/"

    def __init__(self, *, store: MediaStore, signer: Signer, clock: Clock) -> None:
        """Keep files in `store`."""
        self._store = store
        self._signer = signer
        self._clock = clock

    def offer(self, upload: DirectUpload, terms: UploadTerms) -> UploadForm:
        """Give a form with a signed address."""
        parts = (upload.stem, terms.content_type, str(terms.most_bytes))
        expires = str(self._now() + terms.seconds)
        query = {"t": parts[1], "b": parts[2], "e": expires, "s": self._seal(*parts, expires)}
        return UploadForm(
            url=f"{self.PATH}{upload.stem}?{urlencode(query)}",
            fields={CONTENT_TYPE: terms.content_type},
        )

    def terms(self, address: FormAddress) -> UploadTerms:
        """Give what a form takes; UploadFormError when its address is not good, or is no more."""
        seal = self._seal(address.stem, address.content_type, address.most_bytes, address.expires)
        given = address.signature.encode(errors="replace")
        if not self._signer.same(given, seal.encode()):
            raise UploadFormError
        seconds = int(address.expires) - self._now()
        if seconds <= 0:
            raise UploadFormError
        return UploadTerms(
            content_type=address.content_type, most_bytes=int(address.most_bytes), seconds=seconds
        )

    async def receive(
        self, address: FormAddress, content_type: str, data: AsyncIterator[bytes]
    ) -> None:
        """Store the file of a form.

        UploadFormError when the form names another content type; MediaTooLargeError as soon as
        there are more bytes than allowed; InvalidError when there are none.
        """
        terms = self.terms(address)
        if content_type != terms.content_type:
            raise UploadFormError
        key = DirectUpload(stem=address.stem).key
        await self._store.put(key, _bounded(data, terms.most_bytes))

    async def claim(self, upload: DirectUpload, to: MediaKey) -> StoredFile | None:
        """Copy through this process."""
        try:
            async with self._store.read(upload.key) as chunks:
                return await self._store.put(to, chunks)
        except MediaNotFoundError:
            return None

    def _seal(self, *parts: str) -> str:
        seal = self._signer.sign("upload form", *(part.encode() for part in parts))
        return base64.urlsafe_b64encode(seal).rstrip(b"=").decode()

    def _now(self) -> int:
        return to_milliseconds(self._clock.now()) // 1000


async def _bounded(data: AsyncIterator[bytes], most_bytes: int) -> AsyncIterator[bytes]:
    length = 0
    async for chunk in data:
        length += len(chunk)
        if length > most_bytes:
            raise MediaTooLargeError
        yield chunk
    if not length:
        raise InvalidError("file", "is empty")
