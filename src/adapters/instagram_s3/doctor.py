"""What can be found out about a bucket by using it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime

import aiohttp
import attrs
from botocore.exceptions import ClientError

from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Unguarded
from instagram_core.media.model import DirectUpload, MediaKey, media_key
from instagram_core.media.ports import UploadTerms
from instagram_s3.exchange import Exchange
from instagram_s3.media import S3MediaStore
from instagram_s3.names import object_of
from instagram_s3.settings import S3Settings

_DATA = b"instagram doctor"
_TYPE = "image/png"


@attrs.frozen(kw_only=True)
class Report:
    """What was found; AdapterUnavailable is raised when not even the server answers."""

    server: str
    has_bucket: bool
    skew_seconds: float = 0.0
    """The server's clock minus ours; it tells whole seconds."""
    faults: Mapping[str, str] = attrs.field(factory=dict)
    """What did not work, and how."""


async def examine(settings: S3Settings, clock: Clock) -> Report:
    """Write, read, send forms and delete, in a bucket that is there; nothing is left behind."""
    async with Exchange.open(settings, Unguarded()) as exchange:
        try:
            answer = await exchange.call("head_bucket")
        except ClientError as error:
            headers = error.response["ResponseMetadata"]["HTTPHeaders"]
            return Report(server=headers.get("server", "unknown"), has_bucket=False)
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        skew = (parsedate_to_datetime(headers["date"]) - clock.now()).total_seconds() + 0.5
        examination = _Examination(exchange, S3MediaStore(exchange, clock))
        return Report(
            server=headers.get("server", "unknown"),
            has_bucket=True,
            skew_seconds=skew,
            faults=await examination.faults(),
        )


class _Examination:
    """Uses a bucket in every way the app does."""

    def __init__(self, exchange: Exchange, store: S3MediaStore) -> None:
        self._exchange = exchange
        self._store = store
        self._key = media_key(secrets.token_hex(16), "doctor")
        self._upload = DirectUpload(stem=f"{DirectUpload.STEMS}{secrets.token_hex(16)}")

    async def faults(self) -> dict[str, str]:
        found = dict[str, str]()
        ways: dict[str, Callable[[], Awaitable[str]]] = {
            "write and read": self._write_and_read,
            "conditional write": self._write_conditionally,
            "signed address": self._follow_link,
            "upload form": self._send_forms,
            "delete": self._delete,
        }
        for name, way in ways.items():
            try:
                fault = await way()
            except (AdapterUnavailable, aiohttp.ClientError, TimeoutError) as error:
                fault = str(error) or type(error).__name__
            if fault:
                found[name] = fault
        return found

    async def _write_and_read(self) -> str:
        await self._store.put(self._key, _DATA)
        async with self._store.read(self._key) as chunks:
            data = b"".join([chunk async for chunk in chunks])
        return "" if data == _DATA else "what was written is not what is read"

    async def _write_conditionally(self) -> str:
        try:
            await self._exchange.call(
                "put_object", Key=object_of(self._key), Body=b"", IfNoneMatch="*"
            )
        except ClientError:
            return ""
        return "If-None-Match is passed over: a cancelled upload may remove an older file"

    async def _follow_link(self) -> str:
        link = self._store.link(self._key, seconds=60, is_restricted=True)
        async with _session() as session, session.get(link.url) as answer:
            is_read = answer.status == 200 and await answer.read() == _DATA  # noqa: PLR2004 - HTTP
        return "" if is_read else f"the server answers {answer.status}"

    async def _send_forms(self) -> str:
        terms = UploadTerms(content_type=_TYPE, most_bytes=len(_DATA), seconds=60)
        form = self._store.offer(self._upload, terms)
        if (status := await _sent(form.url, form.fields, _DATA + b"!")) < 400:  # noqa: PLR2004 - HTTP
            return f"a file that is too large is answered {status}"
        if (status := await _sent(form.url, form.fields, _DATA)) >= 400:  # noqa: PLR2004 - HTTP
            return f"a file that should be taken is answered {status}"
        return ""

    async def _delete(self) -> str:
        keys: list[MediaKey] = [self._key, self._upload.key]
        await self._store.delete(keys)
        return "" if await self._store.stat(self._key) is None else "what was deleted is there"


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10, connect=2))


async def _sent(url: str, fields: Mapping[str, str], data: bytes) -> int:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", data, filename="file", content_type=_TYPE)
    async with _session() as session, session.post(url, data=form) as answer:
        return answer.status
