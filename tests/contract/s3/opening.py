"""How the contracts open S3: a bucket of their own on the server that a run shares."""

import itertools
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from instagram_s3 import S3MediaStore, S3Settings
from instagram_s3.bucket import prepare
from tests.servers.seaweed import Seaweed, seaweed

_numbers = itertools.count(1)
_RUN = secrets.token_hex(4)


async def fresh_bucket(server: Seaweed) -> S3Settings:
    """Give the settings of a new bucket."""
    settings = S3Settings(
        endpoint=server.endpoint,
        bucket=f"instagram-test-{os.getpid()}-{_RUN}-{next(_numbers)}",
        access_key=server.access_key,
        secret_key=server.secret_key,
    )
    await prepare(settings)
    return settings


class S3Bucket:
    """Opens a store on a bucket of its own."""

    capabilities: ClassVar[frozenset[str]] = frozenset({"close", "outage", "reopen"})
    deadline: ClassVar[float] = 120.0
    settings: S3Settings
    server: Seaweed

    @asynccontextmanager
    async def open(self) -> AsyncIterator[S3MediaStore]:
        """Give an empty one."""
        self.server = seaweed()
        self.settings = await fresh_bucket(self.server)
        async with S3MediaStore.open(self.settings) as store:
            yield store

    @asynccontextmanager
    async def reopen(self) -> AsyncIterator[S3MediaStore]:
        """Give a second one over the same bucket, as another process has it."""
        async with S3MediaStore.open(self.settings) as store:
            yield store

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Kill the server and start it again on its data."""
        process = self.server.process
        assert process is not None, "nobody kills a server from the environment"
        process.kill()
        try:
            yield
        finally:
            process.restart()
