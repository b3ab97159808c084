"""Jobs through RabbitMQ: the relay beside bare confirmed publishing, and photographs by workers.

The floor of the relay is the same publisher with the same batches, without a table to lease from
and to clear. The photographs wait in the queue when the workers start, each with one job at a time,
so that one worker cannot use both cores.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from typing import Final

import httpx
import psutil  # type: ignore[import-untyped]
from PIL import Image

from benchmarks.report import Line
from benchmarks.stage import INSTAGRAM, SECRET, Stage, process, staged
from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_core.accounts.model import UserId
from instagram_core.jobs.model import QUEUES, Job, JobId
from instagram_core.jobs.service import Handlers, Relay, RelayObserver
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.likes.events import PostLiked
from instagram_core.posts.model import PostId
from instagram_postgres.family import postgres_family
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.valkey import private_valkey

_ROUNDS: Final = 3
_JOBS: Final = 8_000
_PHOTOS: Final = 40
_SIZE: Final = (2400, 1800)
_SHARE: Final = 0.5
_SCALING: Final = 1.6
_CLOCK: Final = SystemClock()
_IDS: Final = UuidV7Generator(_CLOCK)


class Counted(RelayObserver):
    """Says when so many jobs were relayed."""

    def __init__(self, count: int) -> None:
        """Count down."""
        self._left = count
        self.done = asyncio.Event()

    def relayed(self, jobs: int, seconds: float, lag: float) -> None:
        """Count."""
        self._left -= jobs
        if self._left <= 0:
            self.done.set()

    def returned(self, letters: int) -> None:
        """Pass over."""

    def broker_is_away(self, error: AdapterError) -> None:
        """Pass over."""

    def broker_is_back(self) -> None:
        """Pass over."""


async def measure() -> Sequence[Line]:
    """Give the lines of jobs."""
    server = RabbitMQ()
    try:
        return [await _relaying(server), await _working(server)]
    finally:
        server.close()


async def _relaying(server: RabbitMQ) -> Line:
    bare, relayed = [], []
    settings = AmqpSettings(url=server.virtual_host())
    async with staged() as stage, AmqpJobBroker.open(settings, queues=QUEUES) as broker:
        await broker.declare()
        for _ in range(_ROUNDS):
            bare.append(await _published(broker))
            relayed.append(await _relayed(stage, broker))
    ours, floor = statistics.median(relayed), statistics.median(bare)
    return Line(
        what="published from the outbox by the relay / confirmed batches alone",
        ours=ours,
        floor=floor,
        unit="jobs/s",
        target=f">= {_SHARE}",
        is_met=ours >= _SHARE * floor,
    )


async def _published(broker: AmqpJobBroker) -> float:
    jobs = [_job(number) for number in range(_JOBS)]
    begun = time.perf_counter()
    for first in range(0, _JOBS, Relay.BATCH):
        await broker.publish(jobs[first : first + Relay.BATCH])
    return _JOBS / (time.perf_counter() - begun)


async def _relayed(stage: Stage, broker: AmqpJobBroker) -> float:
    family = postgres_family(stage.database, _CLOCK, _IDS)
    for _ in range(0, _JOBS, Relay.BATCH):
        await family.outbox.add(*(_event() for _ in range(Relay.BATCH)))
    stage.connection.execute("ANALYZE jobs")
    counted = Counted(_JOBS)
    relay = Relay(
        table=family.jobs,
        ledger=family.ledger,
        broker=broker,
        queues=QUEUES,
        give_up=Handlers([]).give_up,
        observer=counted,
        clock=_CLOCK,
    )
    stop, begun = asyncio.Event(), time.perf_counter()
    running = asyncio.create_task(relay.run(stop))
    await counted.done.wait()
    seconds = time.perf_counter() - begun
    stop.set()
    await running
    return _JOBS / seconds


def _event() -> PostLiked:
    return PostLiked(post_id=PostId(_IDS.new()), user_id=UserId(_IDS.new()))


def _job(number: int) -> Job:
    event = _event()
    return Job(
        id=JobId(_IDS.new()),
        queue=event.queue,
        kind=event.kind,
        payload=event.payload(),
        attempts=0,
        created_at=number,
    )


async def _working(server: RabbitMQ) -> Line:
    one, cpu_one = await _photographed(server, 1)
    two, cpu_two = await _photographed(server, 2)
    return Line(
        what="photographs published, 2 workers / 1",
        ours=two,
        floor=one,
        unit="photographs/s",
        target=f">= {_SCALING}",
        is_met=two >= _SCALING * one,
        note=f"CPU of the machine {cpu_one:.0%} and {cpu_two:.0%} of {psutil.cpu_count()} cores",
    )


async def _photographed(server: RabbitMQ, workers: int) -> tuple[float, float]:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged())
        environment = _environment(stack, stage, server)
        serve = (sys.executable, "-c", INSTAGRAM, "serve", "--port", "0", "--no-worker")
        first_line = await stack.enter_async_context(process(serve, environment))
        await _shared(first_line)
        for _ in range(workers):
            await stack.enter_async_context(_worker(environment))
        # From the moment when every worker has had something to do.
        first = await _published_photographs(stage, 2 * workers)
        psutil.cpu_percent()
        begun = time.perf_counter()
        last = await _published_photographs(stage, _PHOTOS)
        return (last - first) / (time.perf_counter() - begun), psutil.cpu_percent() / 100


def _environment(stack: AsyncExitStack, stage: Stage, server: RabbitMQ) -> dict[str, str]:
    valkey, url = private_valkey()
    stack.callback(valkey.close)
    return {
        "INSTAGRAM_DATABASE_URL": stage.url,
        "INSTAGRAM_VALKEY_URL": url,
        "INSTAGRAM_AMQP_URL": server.virtual_host(),
        "INSTAGRAM_DATA": stack.enter_context(tempfile.TemporaryDirectory()),
        "INSTAGRAM_SECRET_KEY": SECRET,
        "INSTAGRAM_LIMITS": "off",
        "INSTAGRAM_LOG_LEVEL": "warning",
    }


@asynccontextmanager
async def _worker(environment: dict[str, str]) -> AsyncIterator[None]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", INSTAGRAM, "worker", "--concurrency", "1"),
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield
    finally:
        running.terminate()
        await running.wait()


async def _shared(url: str) -> None:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as client:
        person = {"username": "ada", "email": "ada@example.org", "password": "correct horse"}
        answer = await client.post("/auth/register", json={**person, "display_name": "Ada"})
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        photograph = _photograph()
        for _ in range(_PHOTOS):
            answer = await client.post("/posts", files={"media": ("photograph", photograph)})
            answer.raise_for_status()


def _photograph() -> bytes:
    file = BytesIO()
    Image.effect_noise(_SIZE, 60).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


async def _published_photographs(stage: Stage, count: int) -> int:
    while True:
        sql = "SELECT count(*) FROM posts WHERE status = 'published'"
        row = stage.connection.execute(sql).fetchone()
        if row is not None and row[0] >= count:
            return int(row[0])
        await asyncio.sleep(0.01)
