"""Addresses and forms of the bucket keep their contracts, asked by clients that know no S3."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from instagram_core.media.ports import DirectUploads, MediaLinks, MediaStore
from instagram_core.testing.contracts.media import DirectUploadsContract, MediaLinksContract
from instagram_core.testing.contracts.media.links import Read
from instagram_s3 import S3MediaStore
from tests.contract.s3.opening import fresh_bucket
from tests.servers.seaweed import seaweed


class TestS3MediaLinks(MediaLinksContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[MediaStore, MediaLinks]]:
        """Give a bucket of its own."""
        async with S3MediaStore.open(await fresh_bucket(seaweed())) as store:
            yield store, store

    async def fetch(self, _: MediaLinks, url: str, method: str = "GET", span: str = "") -> Read:
        """Ask the server."""
        headers = {"range": span} if span else {}
        async with httpx.AsyncClient() as client:
            answer = await client.request(method, url, headers=headers)
        return Read(answer.status_code, answer.content, dict(answer.headers))


class TestS3Forms(DirectUploadsContract):
    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[MediaStore, DirectUploads]]:
        """Give a bucket of its own."""
        async with S3MediaStore.open(await fresh_bucket(seaweed())) as store:
            yield store, store

    async def send(self, _: DirectUploads, url: str, fields: Mapping[str, str], data: bytes) -> int:
        """Send it to the server."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(url, data=dict(fields), files={"file": ("a", data)})
        return answer.status_code
