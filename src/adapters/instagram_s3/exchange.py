"""One client of one bucket, and what stands around each of its calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

import aioboto3
from aiobotocore.config import AioConfig

from instagram_core.kernel.errors import AdapterClosed
from instagram_core.kernel.guard import Guard
from instagram_s3.errors import FAULTS, is_answer, unavailable
from instagram_s3.settings import S3Settings

_READERS = 4
"""Connections beside those of calls, for files that are being read: as many times more."""


class Exchange:
    """Calls the server: guarded, a bounded number at once, each within its time."""

    def __init__(self, settings: S3Settings, guard: Guard) -> None:
        """Use `open`."""
        self.settings = settings
        self._guard = guard
        self._places = asyncio.Semaphore(settings.exchanges)
        self._stack = AsyncExitStack()
        self._client: Any = None

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: S3Settings, guard: Guard) -> AsyncIterator[Self]:
        """Give one with a client of its own. Nothing is asked of the server yet."""
        exchange = cls(settings, guard)
        try:
            exchange._client = await exchange._stack.enter_async_context(_client(settings))
            yield exchange
        finally:
            await exchange.close()

    async def close(self) -> None:
        """Close the client; twice is fine."""
        self._client = None
        await self._stack.aclose()

    def check_open(self) -> None:
        """Raise AdapterClosed when there is no client."""
        if self._client is None:
            raise AdapterClosed("the media store is closed")

    async def call(self, name: str, *, size: int = 0, **parameters: object) -> Any:  # noqa: ANN401 - the server's
        """Give the answer to one call about the bucket, `size` bytes of which are a body.

        A ClientError says that a file is absent or not as was asked for; all else that may go
        wrong is AdapterUnavailable.
        """
        self.check_open()
        client = self._client
        async with self._guard():
            try:
                async with asyncio.timeout(self.settings.deadline(size)), self._places:
                    self.check_open()
                    return await getattr(client, name)(Bucket=self.settings.bucket, **parameters)
            except FAULTS as error:
                if is_answer(error):
                    raise
                raise unavailable(error) from error


def _client(settings: S3Settings) -> Any:  # noqa: ANN401 - made of the service's description
    config = AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        # Servers that are not Amazon's refuse the trailers, or store them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=settings.CONNECT_SECONDS,
        read_timeout=settings.READ_SECONDS,
        retries={"total_max_attempts": settings.ATTEMPTS, "mode": "legacy"},
        max_pool_connections=settings.exchanges * _READERS,
    )
    return aioboto3.Session().client(
        "s3",
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
        config=config,
    )
