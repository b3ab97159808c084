"""`MediaStore` over a bucket, with addresses and forms for clients."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from botocore.exceptions import ClientError

from instagram_core.kernel.clock import Clock, SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Guard, Unguarded
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import DirectUpload, MediaKey, StoredFile
from instagram_core.media.ports import (
    ByteRange,
    DirectUploads,
    MediaLink,
    MediaLinks,
    MediaStore,
    UploadForm,
    UploadTerms,
)
from instagram_s3.errors import FAULTS, unavailable
from instagram_s3.exchange import Exchange
from instagram_s3.names import FILES, described, key_of, object_of
from instagram_s3.presigning import Presigner
from instagram_s3.settings import S3Settings
from instagram_s3.writing import Writing, copied

_CHUNK: Final = 256 * 1024
_DELETED_AT_ONCE: Final = 1000
_LISTED_AT_ONCE: Final = 1000


class S3MediaStore(MediaStore, MediaLinks, DirectUploads):
    """Keeps files in a bucket; any number of processes may share it.

    A cancelled call ends when the server has answered, so that nothing happens behind the back of
    whoever cancelled it. ValueError for a key that is not of the safe form.
    """

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        """Use `open`."""
        self._exchange = exchange
        self._presigner = Presigner(exchange.settings, clock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: S3Settings, *, guard: Guard | None = None, clock: Clock | None = None
    ) -> AsyncIterator[Self]:
        """Give the store of a bucket. The server may be away: it is asked when it is needed.

        Addresses and forms end by `clock`, by default the machine's.
        """
        async with Exchange.open(settings, guard or Unguarded()) as exchange:
            yield cls(exchange, clock or SystemClock())

    async def close(self) -> None:
        """End the use of the store. Twice is fine."""
        await self._exchange.close()

    async def has_bucket(self) -> bool:
        """Tell whether there is a bucket to work in; AdapterUnavailable when nobody says."""
        try:
            await self._exchange.call("head_bucket")
        except ClientError:
            return False
        return True

    async def put(self, key: MediaKey, data: bytes | AsyncIterator[bytes]) -> StoredFile:
        """Store the bytes: by one request, or in parts when there are many."""
        self._exchange.check_open()
        return await Writing(self._exchange, key).put(data)

    async def stat(self, key: MediaKey) -> StoredFile | None:
        """Give what the server says of a file; None when absent."""
        try:
            found = await self._exchange.call("head_object", Key=object_of(key))
        except ClientError:
            return None
        return described(key, found, found["ContentLength"])

    @asynccontextmanager
    async def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the file as it is now, as chunks of 256 KiB."""
        wanted: dict[str, Any] = (
            {} if part is None else {"Range": f"bytes={part.start}-{part.last}"}
        )
        try:
            found = await self._exchange.call("get_object", Key=object_of(key), **wanted)
        except ClientError as error:
            raise MediaNotFoundError(key) from error
        async with (body := found["Body"]):
            yield _chunks(body, found["ContentLength"])

    async def delete(self, keys: Iterable[MediaKey]) -> None:
        """Remove the files, a thousand by one call."""
        self._exchange.check_open()
        names = list(dict.fromkeys(map(object_of, keys)))
        for start in range(0, len(names), _DELETED_AT_ONCE):
            batch = [{"Key": name} for name in names[start : start + _DELETED_AT_ONCE]]
            deleted = {"Objects": batch, "Quiet": True}
            answer = await self._exchange.call("delete_objects", Delete=deleted)
            for failed in answer.get("Errors", ()):
                error = ClientError({"Error": failed}, "DeleteObjects")
                raise unavailable(error) from error

    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        """Give the files that follow, in the order of keys."""
        found = list[StoredFile]()
        start, is_more = FILES + (after or ""), True
        while is_more and len(found) < limit:
            listed = await self._exchange.call(
                "list_objects_v2",
                Prefix=FILES,
                StartAfter=start,
                MaxKeys=min(limit - len(found), _LISTED_AT_ONCE),
            )
            for entry in listed.get("Contents", ()):
                start = entry["Key"]
                if (key := key_of(start)) is not None:
                    found.append(described(key, entry, entry["Size"]))
            is_more = bool(listed.get("IsTruncated") and listed.get("Contents"))
        return tuple(found)

    def link(
        self, key: MediaKey, *, seconds: int, is_restricted: bool, method: str = "GET"
    ) -> MediaLink:
        """Give a presigned address whose time is that of a window of half of `seconds`."""
        window = max(1, seconds // 2)
        now = self._presigner.now()
        at = now // window * window
        left = at + 2 * window - now
        kept = "private" if is_restricted else "public"
        url = self._presigner.address(
            object_of(key),
            method=method,
            at=at,
            seconds=2 * window,
            query={"response-cache-control": f"{kept}, max-age={2 * window}, immutable"},
        )
        return MediaLink(url=url, seconds=left)

    def offer(self, upload: DirectUpload, terms: UploadTerms) -> UploadForm:
        """Give a presigned form, whose policy bounds size and type."""
        url, fields = self._presigner.form(
            object_of(upload.key),
            content_type=terms.content_type,
            most_bytes=terms.most_bytes,
            seconds=terms.seconds,
        )
        return UploadForm(url=url, fields=fields)

    async def claim(self, upload: DirectUpload, to: MediaKey) -> StoredFile | None:
        """Copy within the bucket; None when nothing was uploaded."""
        return await copied(self._exchange, upload.key, to)


async def _chunks(body: Any, rest: int) -> AsyncIterator[bytes]:  # noqa: ANN401 - the library's
    while rest > 0:
        try:
            chunk: bytes = await body.read(_CHUNK)  # the client bounds each wait
        except FAULTS as error:
            raise unavailable(error) from error
        if not chunk:
            raise AdapterUnavailable("the server of media stopped in the middle of a file")
        rest -= len(chunk)
        yield chunk
