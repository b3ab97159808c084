"""Files on their way into the bucket: whole or not at all, also for calls that are cancelled.

A file under a fresh key is one request, which stores nothing where something is already. Whatever
replaces a file, or comes in parts, lies aside first and is put into place by a copy on the server,
with a copy of what was there kept until it is settled.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Coroutine, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from instagram_core.kernel.clock import to_milliseconds
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.model import MediaKey, StoredFile
from instagram_s3.errors import status_of, unavailable
from instagram_s3.exchange import Exchange
from instagram_s3.names import INCOMING, content_type, object_of

T = TypeVar("T")

_PUT: Final = "put"
"""What tells one put from another of the same bytes, beside the object; copies have it as well."""

PART: Final = 8 * 1024 * 1024
"""Bytes of a part; what is no larger is stored by one request."""


class Writing:
    """One file being put; until `put` returned it can be taken back."""

    def __init__(self, exchange: Exchange, key: MediaKey) -> None:
        """Nothing is stored yet."""
        self._exchange = exchange
        self._key = key
        self._name = object_of(key)
        self._number = secrets.token_hex(16)
        self._aside = f"{INCOMING}{self._number}"
        self._previous = f"{self._aside}.previous"
        self._has_previous = False

    async def put(self, data: bytes | AsyncIterator[bytes]) -> StoredFile:
        """Store the bytes; of a cancelled call nothing is left."""
        parts = _parts(data)
        first = await anext(parts)
        if len(first) <= PART:
            return await self._settled(self._whole(first))
        length = await self._in_parts(first, parts)
        return await self._settled(self._into_place(length))

    async def _whole(self, data: bytes) -> StoredFile:
        try:
            answer = await self._send(self._name, data, IfNoneMatch="*")
        except ClientError:  # something is there
            await self._send(self._aside, data)
            return await self._into_place(len(data))
        return _stored(self._key, answer, len(data))

    async def _send(self, name: str, data: bytes, **conditions: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await self._exchange.call(
            "put_object",
            size=len(data),
            Key=name,
            Body=data,
            ContentType=content_type(self._key),
            Metadata={_PUT: self._number},
            **conditions,
        )
        return answer

    async def _in_parts(self, first: bytes, rest: AsyncIterator[bytes]) -> int:
        """Store a large file aside, part by part; give its length."""
        opened = await finished(
            self._exchange.call(
                "create_multipart_upload",
                Key=self._aside,
                ContentType=content_type(self._key),
                Metadata={_PUT: self._number},
            )
        )
        upload: dict[str, Any] = {"Key": self._aside, "UploadId": opened["UploadId"]}
        try:
            length, sent = 0, list[dict[str, object]]()
            async for part in _rejoined(first, rest):
                length += len(part)
                number = len(sent) + 1
                answer = await self._exchange.call(
                    "upload_part", size=len(part), Body=part, PartNumber=number, **upload
                )
                sent.append({"ETag": answer["ETag"], "PartNumber": number})
            parts = {"Parts": sent}
            await self._exchange.call(
                "complete_multipart_upload", size=length, MultipartUpload=parts, **upload
            )
        except BaseException:
            with contextlib.suppress(AdapterUnavailable, ClientError):  # or the bucket's rule
                await finished(self._exchange.call("abort_multipart_upload", **upload))
            raise
        return length

    async def _into_place(self, length: int) -> StoredFile:
        try:
            self._has_previous = await self._copy(self._name, self._previous, length) is not None
            answer = await self._copy(self._aside, self._name, length)
            if answer is None:
                raise AdapterUnavailable("the server of media lost what it was sent")
            return _stored(self._key, answer, length)
        finally:
            await self._remove(self._aside)

    async def _copy(self, source: str, target: str, size: int) -> Mapping[str, Any] | None:
        try:
            answer: Mapping[str, Any] = await self._exchange.call(
                "copy_object",
                size=size,
                Key=target,
                CopySource={"Bucket": self._exchange.settings.bucket, "Key": source},
            )
        except ClientError:
            return None
        return answer

    async def _settled(self, work: Coroutine[Any, Any, StoredFile]) -> StoredFile:
        step = asyncio.ensure_future(work)
        try:
            stored = await asyncio.shield(step)
        except asyncio.CancelledError:
            await waited(step)
            if not step.cancelled() and step.exception() is None:
                await finished(self._undo(step.result().length))
            raise
        if self._has_previous:
            await self._remove(self._previous)
        return stored

    async def _undo(self, length: int) -> None:
        """Restore what was there before, unless somebody else has replaced the file by now."""
        with contextlib.suppress(AdapterUnavailable, ClientError):
            found = await self._exchange.call("head_object", Key=self._name)
            if found["Metadata"].get(_PUT) == self._number:
                if self._has_previous:
                    await self._copy(self._previous, self._name, length)
                else:
                    await self._exchange.call("delete_object", Key=self._name)
        if self._has_previous:
            await self._remove(self._previous)

    async def _remove(self, name: str) -> None:
        with contextlib.suppress(AdapterUnavailable, ClientError):  # the bucket's rule does it
            await finished(self._exchange.call("delete_object", Key=name))


async def copied(exchange: Exchange, source: MediaKey, target: MediaKey) -> StoredFile | None:
    """Copy a file on the server; None when there is none."""
    try:
        found = await exchange.call("head_object", Key=object_of(source))
        answer = await exchange.call(
            "copy_object",
            size=found["ContentLength"],
            Key=object_of(target),
            CopySource={"Bucket": exchange.settings.bucket, "Key": object_of(source)},
            CopySourceIfMatch=found["ETag"],
        )
    except ClientError as error:
        if status_of(error) == HTTPStatus.NOT_FOUND:
            return None
        raise unavailable(error) from error  # it was replaced that moment
    return _stored(target, answer, found["ContentLength"])


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """Give what a coroutine gives, which is not cut short when the caller is cancelled."""
    step = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await waited(step)
        raise


async def waited(step: "asyncio.Future[Any]") -> None:
    """Return when a step is done, however often the caller is cancelled."""
    while not step.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([step])
    if not step.cancelled():
        step.exception()  # seen


async def _parts(data: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give pieces; the first is more than a part only if it is not all."""
    if isinstance(data, bytes):
        yield data
        return
    held = bytearray()
    async for chunk in data:
        held += chunk
        if len(held) > PART:
            yield bytes(held)
            held.clear()
    yield bytes(held)


async def _rejoined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give parts of the size that a server takes: all but the last are full."""
    held = bytearray(first)
    while True:
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
        piece = await anext(rest, None)
        if piece is None:
            break
        held += piece
    if held:
        yield bytes(held)


def _stored(key: MediaKey, answer: Mapping[str, Any], length: int) -> StoredFile:
    moment = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    etag = str(answer.get("CopyObjectResult", answer)["ETag"]).strip('"')
    return StoredFile(key=key, length=length, modified_at=to_milliseconds(moment), etag=etag)
