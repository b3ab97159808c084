"""Files that clients send to the store themselves, and say afterwards what for."""

import base64
import re
import secrets
from collections.abc import Sequence
from typing import ClassVar, Final

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.idempotency.errors import KeyReusedError
from instagram_core.idempotency.model import EffectKey, StoredAnswer
from instagram_core.idempotency.ports import IdempotencyStore
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.signing import Signer
from instagram_core.media.errors import MediaTooLargeError, UnsupportedMediaError
from instagram_core.media.model import DirectUpload, ImageFormat
from instagram_core.media.ports import DirectUploads, MediaStore, UploadForm, UploadTerms
from instagram_core.media.service.uploads import UploadBatch

CONTENT_TYPES: Final = (*(f"image/{each}" for each in ImageFormat), "image/heif")
"""What clients may say their files are; it is the bytes that count."""

_KEY: Final = re.compile(
    rf"(?P<stem>{DirectUpload.STEMS}[0-9a-f]{{32}})\.(?P<expires>[1-9][0-9]{{0,11}})"
    r"\.(?P<seal>[A-Za-z0-9_-]{22})"
)
_FIELD: Final = "media_keys"


@attrs.frozen(kw_only=True)
class WantedUpload:
    """What somebody wants to upload."""

    content_type: str
    length: int


@attrs.frozen(kw_only=True)
class OfferedUpload:
    """A form to be filled in, and the key that claims what was sent."""

    key: str
    form: UploadForm


class DirectUploading:
    """Offers forms, and takes what was sent to them into a batch of uploads."""

    SECONDS: ClassVar[int] = 3600
    """For how long a form and its key are good."""
    MOST: ClassVar[int] = 10

    def __init__(
        self,
        *,
        store: MediaStore,
        forms: DirectUploads,
        spent: IdempotencyStore,
        signer: Signer,
        clock: Clock,
        most_bytes: int,
    ) -> None:
        """Work on these; `spent` remembers keys that were used."""
        self._store = store
        self._forms = forms
        self._spent = spent
        self._signer = signer
        self._clock = clock
        self._most_bytes = most_bytes

    def offer(self, user: UserId, wanted: Sequence[WantedUpload]) -> tuple[OfferedUpload, ...]:
        """Give a form for each of 1 to 10 files, and keys with which to share them.

        - Fill in the fields, add `file` as the last one, and send the form to `url`: an answer of
          200 or 204 says that the file arrived. No session is needed for that.
        - A form takes one file of the declared type and of at most the declared bytes. Its key is
          good for an hour, for whoever asked, once.
        - More bytes than a file may have: `too_large`; a type that is not read:
          `unsupported_media`.
        """
        if not 1 <= len(wanted) <= self.MOST:
            raise InvalidError("media", f"must be 1 to {self.MOST} files")
        for each in wanted:
            if each.content_type not in CONTENT_TYPES:
                raise UnsupportedMediaError
            if each.length > self._most_bytes:
                raise MediaTooLargeError
            if each.length < 1:
                raise InvalidError("media", "must be files of at least one byte")
        return tuple(self._offered(user, each) for each in wanted)

    async def claim(
        self, user: UserId, keys: Sequence[str], batch: UploadBatch
    ) -> tuple[DirectUpload, ...]:
        """Take what was uploaded into `batch`, and give what is to be spent with it.

        InvalidError for keys that are not this user's, have ended, are given twice, or that nothing
        was uploaded for; the files are judged as those of `UploadBatch.accept`.
        """
        if not 1 <= len(keys) <= self.MOST:
            raise InvalidError(_FIELD, f"must be 1 to {self.MOST} keys")
        if len(set(keys)) < len(keys):
            raise InvalidError(_FIELD, "has the same key twice")
        uploads = tuple(self._upload(user, key) for key in keys)
        for place, upload in enumerate(uploads):
            found = await self._store.stat(upload.key)
            if found is not None and found.length > self._most_bytes:
                raise MediaTooLargeError
            if found is None or await batch.adopt(self._forms, upload) is None:
                raise InvalidError(
                    _FIELD, f"has a key ({place + 1}.) that nothing was uploaded for"
                )
        return uploads

    async def spend(self, user: UserId, uploads: Sequence[DirectUpload]) -> None:
        """Use uploads up, in the ambient transaction; InvalidError when one was used before."""
        for upload in sorted(uploads, key=lambda each: each.stem):
            key = EffectKey(user=user, route="direct upload", key=upload.stem)
            try:
                await self._spent.claim(key, secrets.token_bytes(32))
            except KeyReusedError:
                raise InvalidError(_FIELD, "has a key that was used already") from None
            await self._spent.keep(key, StoredAnswer(status=200, body=b""))

    def _offered(self, user: UserId, wanted: WantedUpload) -> OfferedUpload:
        upload = DirectUpload(stem=f"{DirectUpload.STEMS}{secrets.token_hex(16)}")
        terms = UploadTerms(
            content_type=wanted.content_type, most_bytes=wanted.length, seconds=self.SECONDS
        )
        expires = str(self._now() + self.SECONDS)
        key = f"{upload.stem}.{expires}.{self._seal(user, upload.stem, expires)}"
        return OfferedUpload(key=key, form=self._forms.offer(upload, terms))

    def _upload(self, user: UserId, key: str) -> DirectUpload:
        parts = _KEY.fullmatch(key)
        if parts is None or int(parts["expires"]) <= self._now():
            raise InvalidError(_FIELD, "has a key that is not good, or is no more")
        seal = self._seal(user, parts["stem"], parts["expires"])
        if not self._signer.same(seal.encode(), parts["seal"].encode()):
            raise InvalidError(_FIELD, "has a key that is not good, or is no more")
        return DirectUpload(stem=parts["stem"])

    def _seal(self, user: UserId, stem: str, expires: str) -> str:
        seal = self._signer.sign("upload key", user.bytes, stem.encode(), expires.encode())
        return base64.urlsafe_b64encode(seal).rstrip(b"=").decode()

    def _now(self) -> int:
        return to_milliseconds(self._clock.now()) // 1000
