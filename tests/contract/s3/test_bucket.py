"""What is the bucket's own: made once, large files in parts, addresses and forms that end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import httpx
import pytest

from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Unguarded
from instagram_core.media.model import DirectUpload, MediaKey, media_key
from instagram_core.media.ports import UploadTerms
from instagram_core.testing.clocks import ManualClock
from instagram_s3 import S3MediaStore
from instagram_s3.bucket import TIDY_PREFIXES, is_there, prepare
from instagram_s3.doctor import examine
from instagram_s3.exchange import Exchange
from tests.contract.s3.opening import fresh_bucket
from tests.servers.seaweed import private_seaweed, seaweed

KEY = media_key("a" * 32, "original")
MEGABYTE = 1024 * 1024


async def test_making_a_bucket_twice_at_once_makes_it_once() -> None:
    """With rules that forget what nobody claimed; those of others stay."""
    settings = await fresh_bucket(seaweed())
    settings = attrs.evolve(settings, bucket=f"{settings.bucket}-new")
    assert not await is_there(settings)

    await asyncio.gather(prepare(settings), prepare(settings))

    assert await is_there(settings)
    assert not await prepare(settings)
    async with Exchange.open(settings, Unguarded()) as exchange:
        rules = (await exchange.call("get_bucket_lifecycle_configuration"))["Rules"]
    assert sorted(TIDY_PREFIXES) == sorted(rule["Filter"]["Prefix"] for rule in rules)


async def test_the_doctor_finds_nothing_wrong() -> None:
    """With a running server, and leaves nothing behind; without its bucket it says so."""
    settings = await fresh_bucket(seaweed())

    report = await examine(settings, SystemClock())

    assert (report.has_bucket, dict(report.faults)) == (True, {})
    assert abs(report.skew_seconds) < 2
    async with S3MediaStore.open(settings) as store:
        assert await store.page(None, 10) == ()
    absent = await examine(attrs.evolve(settings, bucket="instagram-absent"), SystemClock())
    assert not absent.has_bucket


@pytest.mark.parametrize("wrong", ["secret_key", "access_key"])
async def test_wrong_keys_are_unavailable(wrong: str) -> None:
    """Not an empty bucket."""
    changes: dict[str, Any] = {wrong: "wrong"}
    settings = attrs.evolve(await fresh_bucket(seaweed()), **changes)

    async with S3MediaStore.open(settings) as store:
        with pytest.raises(AdapterUnavailable):
            await store.stat(KEY)


async def test_pages_of_any_origin_may_send_forms() -> None:
    """What they may do is in the form's signature."""
    settings = await fresh_bucket(seaweed())
    asking = {"origin": "https://example.org", "access-control-request-method": "POST"}

    async with httpx.AsyncClient() as client:
        answer = await client.options(f"{settings.endpoint}/{settings.bucket}", headers=asking)

    assert answer.status_code in {200, 204}
    assert answer.headers["access-control-allow-origin"] in {"*", "https://example.org"}


async def test_clients_may_know_the_server_by_another_name() -> None:
    """Addresses and forms are signed for the name that they ask for."""
    settings = await fresh_bucket(seaweed())
    public_url = settings.endpoint.replace("127.0.0.1", "localhost")
    upload = DirectUpload(stem=f"{DirectUpload.STEMS}{'c' * 32}")
    terms = UploadTerms(content_type="image/png", most_bytes=10, seconds=600)
    async with S3MediaStore.open(attrs.evolve(settings, public_url=public_url)) as store:
        await store.put(KEY, b"data")
        url = store.link(KEY, seconds=600, is_restricted=True).url
        form = store.offer(upload, terms)
        async with httpx.AsyncClient() as client:
            got = await client.get(url)
            sent = await client.post(form.url, data=dict(form.fields), files={"file": b"data"})

        assert url.startswith(public_url)
        assert (got.status_code, got.content) == (200, b"data")
        assert sent.status_code in {200, 204}
        assert await store.stat(upload.key) is not None


async def megabytes(count: int, *, breaks: bool = False) -> AsyncIterator[bytes]:
    """Give so many, each of its own bytes."""
    for number in range(count):
        yield bytes([number]) * MEGABYTE
    if breaks:
        raise ZeroDivisionError


async def objects(store: S3MediaStore) -> list[str]:
    """Give what lies in the bucket, besides files too."""
    listed = await store._exchange.call("list_objects_v2")
    uploads = await store._exchange.call("list_multipart_uploads")
    names = [entry["Key"] for entry in listed.get("Contents", ())]
    return [*names, *(entry["Key"] for entry in uploads.get("Uploads", ()))]


async def test_a_large_file_comes_in_parts() -> None:
    """Whole, over one that was there, with nothing left beside it."""
    async with S3MediaStore.open(await fresh_bucket(seaweed())) as store:
        await store.put(KEY, b"small")
        stored = await store.put(KEY, megabytes(20))

        assert stored.length == 20 * MEGABYTE
        async with store.read(KEY) as chunks:
            data = b"".join([chunk async for chunk in chunks])
        assert data == b"".join([piece async for piece in megabytes(20)])
        assert await objects(store) == [f"files/{KEY}"]


async def test_a_large_file_that_breaks_leaves_no_parts() -> None:
    """What was there stays."""
    async with S3MediaStore.open(await fresh_bucket(seaweed())) as store:
        await store.put(KEY, b"small")
        with pytest.raises(ZeroDivisionError):
            await store.put(KEY, megabytes(18, breaks=True))

        found = await store.stat(KEY)
        assert found is not None
        assert found.length == 5
        assert await objects(store) == [f"files/{KEY}"]


async def test_a_frozen_server_is_unavailable_in_time() -> None:
    """Also where it had taken the request and says nothing."""
    server = private_seaweed()
    assert server.process is not None
    settings = await fresh_bucket(server)
    async with S3MediaStore.open(settings) as patient:
        await patient.put(KEY, b"data")  # the first of a bucket takes its time
    async with S3MediaStore.open(attrs.evolve(settings, seconds=1.0)) as store:
        server.process.freeze()
        try:
            for call in (store.stat(KEY), store.put(KEY, b"x"), store.page(None, 1)):
                begun = asyncio.get_running_loop().time()
                with pytest.raises(AdapterUnavailable):
                    await call
                assert asyncio.get_running_loop().time() - begun < 2
        finally:
            server.process.thaw()
        assert await store.stat(KEY) is not None
    server.process.close()


async def test_a_server_that_freezes_in_the_middle_of_a_file_is_unavailable() -> None:
    """A reader does not wait for the rest for ever."""
    server = private_seaweed()
    assert server.process is not None
    async with S3MediaStore.open(await fresh_bucket(server)) as store:
        await store.put(KEY, megabytes(40))
        async with store.read(KEY) as chunks:
            await anext(chunks)
            server.process.freeze()
            with pytest.raises(AdapterUnavailable):
                async for _ in chunks:
                    pass
            server.process.thaw()
        assert await store.stat(KEY) is not None
    server.process.close()


async def test_addresses_and_forms_of_the_past_are_refused() -> None:
    """By the server's own clock."""
    settings = await fresh_bucket(seaweed())
    clock = ManualClock(datetime.now(UTC) - timedelta(seconds=700))
    async with S3MediaStore.open(settings, clock=clock) as store:
        await store.put(KEY, b"data")
        upload = DirectUpload(stem=f"{DirectUpload.STEMS}{'b' * 32}")
        terms = UploadTerms(content_type="image/png", most_bytes=10, seconds=600)
        old = store.link(KEY, seconds=600, is_restricted=False).url
        form = store.offer(upload, terms)
        clock.advance(700)
        good = store.link(KEY, seconds=600, is_restricted=False).url
        async with httpx.AsyncClient() as client:
            statuses = [(await client.get(url)).status_code for url in (old, good)]
            sent = await client.post(form.url, data=dict(form.fields), files={"file": b"late"})

        assert statuses == [403, 200]
        assert sent.status_code == 403
        assert await store.stat(upload.key) is None


async def test_keys_of_others_are_passed_over() -> None:
    """Whoever shares the bucket."""
    async with S3MediaStore.open(await fresh_bucket(seaweed())) as store:
        await store._exchange.call("put_object", Key="files/README", Body=b"x")
        await store._exchange.call("put_object", Key="zebra", Body=b"x")
        await store.put(KEY, b"data")

        keys: list[MediaKey] = [file.key for file in await store.page(None, 10)]
        assert keys == [KEY]
