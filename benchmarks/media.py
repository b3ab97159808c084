"""Putting and getting files in a bucket, beside the same requests by a bare client that is reused.

The two take turns on one server, each with keys of its own, so that both meet the same weather.
"""

import secrets
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import aioboto3
from aiobotocore.config import AioConfig

from benchmarks.report import Line
from instagram_core.media.model import MediaKey, media_key
from instagram_s3 import S3MediaStore, S3Settings
from instagram_s3.bucket import prepare
from tests.servers.seaweed import seaweed

_SIZES: Final = {"100 KB": (100_000, 200), "4 MB": (4_000_000, 40)}
"""Bytes, and how often."""
_MOST: Final = 1.10

Work = Callable[[MediaKey], Awaitable[object]]


async def measure() -> Sequence[Line]:
    """Give the lines of media in a bucket."""
    server = seaweed()
    settings = S3Settings(
        endpoint=server.endpoint,
        bucket=f"instagram-bench-{secrets.token_hex(4)}",
        access_key=server.access_key,
        secret_key=server.secret_key,
    )
    await prepare(settings)
    lines = []
    async with _bare(settings) as bare, S3MediaStore.open(settings) as store:
        for name, (size, times) in _SIZES.items():
            data = secrets.token_bytes(size)
            put = await _race(
                partial(_put, store, data), partial(_bare_put, bare, settings, data), times
            )
            lines.append(_line(f"put {name}", *put))
            await store.put(_KEY, data)
            get = await _race(partial(_read, store), partial(_bare_get, bare, settings), times)
            lines.append(_line(f"get {name}", *get))
            await store.delete([_KEY])
    return lines


_KEY: Final = media_key("0" * 32, "original")


def _line(what: str, ours: list[float], floor: list[float]) -> Line:
    mine, bare = statistics.median(ours), statistics.median(floor)
    return Line(
        what=what,
        ours=mine,
        floor=bare,
        unit="ms",
        target=f"≤ {_MOST:g} of the same request by the bare client",
        is_met=mine <= bare * _MOST,
    )


async def _race(ours: Work, bare: Work, times: int) -> tuple[list[float], list[float]]:
    """Give the milliseconds of both, which take turns at going first."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 5):
        for place in (0, 1) if turn % 2 else (1, 0):
            key = media_key(secrets.token_hex(16), "original")
            begun = time.perf_counter()
            await (ours, bare)[place](key)
            taken[place].append((time.perf_counter() - begun) * 1000)
    return taken[0][5:], taken[1][5:]


async def _put(store: S3MediaStore, data: bytes, key: MediaKey) -> None:
    await store.put(key, data)


async def _read(store: S3MediaStore, _: MediaKey) -> bytes:
    async with store.read(_KEY) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def _bare_put(client: Any, settings: S3Settings, data: bytes, key: MediaKey) -> None:  # noqa: ANN401 - the library's
    # The same request: that nothing is replaced unseen costs the server itself some of the time.
    await client.put_object(
        Bucket=settings.bucket,
        Key=f"bare/{key}",
        Body=data,
        ContentType="application/octet-stream",
        Metadata={"put": "0" * 32},
        IfNoneMatch="*",
    )


async def _bare_get(client: Any, settings: S3Settings, _: MediaKey) -> bytes:  # noqa: ANN401 - the library's
    answer = await client.get_object(Bucket=settings.bucket, Key=f"files/{_KEY}")
    async with answer["Body"] as body:
        data: bytes = await body.read()
    return data


def _bare(settings: S3Settings) -> Any:  # noqa: ANN401 - the library's
    return aioboto3.Session().client(
        "s3",
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
        config=AioConfig(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
