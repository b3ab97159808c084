"""RabbitMQ chosen by the app's settings: what operators see of it, and jobs that kill workers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import pytest

from instagram_amqp.broker import AmqpJobBroker
from instagram_amqp.connection import AmqpSettings
from instagram_amqp.queue import AmqpJobQueue
from instagram_amqp.topology import DELIVERIES
from instagram_app.container.application import Application
from instagram_app.container.jobs import RelayedLine, amqp_settings
from instagram_app.worker.working import work
from instagram_core.accounts.model import UserId
from instagram_core.accounts.service import Device
from instagram_core.jobs.model import QUEUES, Job, JobId
from instagram_core.jobs.service import Handlers
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.model import ImageFormat
from instagram_core.media.samples import SAMPLES
from instagram_core.posts.model import PostId, PostStatus
from instagram_core.posts.service import NewPostText
from tests.e2e.people import register
from tests.e2e.running import RunningApp, fresh_folder, instagram, running
from tests.servers.rabbitmq import RabbitMQ
from tests.unit.instagram_app.memory_app import MEMORY, memory_application

_MEMORY: Final = {
    name.removeprefix("INSTAGRAM_").lower(): adapter for name, adapter in MEMORY.items()
}


@pytest.fixture(scope="module")
def server() -> Iterator[RabbitMQ]:
    """Give a broker of these tests alone: the app's names on it cannot be chosen."""
    server = RabbitMQ()
    yield server
    server.close()


def test_a_post_whose_processing_kills_every_worker_ends_as_failed(
    server: RabbitMQ, tmp_path: Path
) -> None:
    """Its job is a dead letter that can be seen, and put back; then it is published."""

    async def run() -> None:
        async with memory_application(tmp_path, amqp_url=server.virtual_host()) as application:
            author, post = await _uploaded(application)
            await _relayed(application)
            poison = await _killing_workers(application)
            assert await _status(application, author, post) is PostStatus.PROCESSING
            async with _working(application):
                await _until(lambda: _is(application, author, post, PostStatus.FAILED))
                letter = await _letter(application)
                assert (letter.id, letter.kind) == (poison.id, "post_submitted")
                assert "it may kill its worker" in (letter.error or "")
                assert await application.jobs.ledger.requeue([letter.id]) == 1
                application.bell.ring()
                await _until(lambda: _is(application, author, post, PostStatus.PUBLISHED))

    asyncio.run(run())


def test_a_letter_waits_with_the_broker_until_its_post_can_be_given_up(
    server: RabbitMQ, tmp_path: Path
) -> None:
    """Nobody sees it before; nothing of it is lost."""

    async def down(_job: Job, _reason: str) -> str:
        raise AdapterUnavailable("the database is down")

    async def run() -> None:
        async with memory_application(tmp_path, amqp_url=server.virtual_host()) as application:
            author, post = await _uploaded(application)
            await _relayed(application)
            await _killing_workers(application)
            async with application.jobs.line(1, down) as line:
                assert isinstance(line, RelayedLine)
                await _until(lambda: _has_dead_letter(application))
                assert await line.relay.collect() == 0
            failed = await application.jobs.ledger.page(failed=True, after=None, limit=5)
            assert failed.items == ()
            async with _working(application):
                await _until(lambda: _is(application, author, post, PostStatus.FAILED))
                assert (await _letter(application)).kind == "post_submitted"

    asyncio.run(run())


def test_an_operator_makes_queues_and_sees_what_waits_in_them(server: RabbitMQ) -> None:
    """By `migrate`, `doctor` and `jobs list`."""
    settings = _MEMORY | {"amqp_url": server.virtual_host()}
    with fresh_folder() as folder:

        def said(*words: str) -> str:
            return instagram(*words, folder=folder, **settings).stdout

        planned = said("migrate", "--plan").splitlines()
        assert "pending  queue instagram.media" in planned
        assert "run `instagram migrate`" in said("doctor")
        applied = said("migrate").splitlines()
        assert [line.replace("pending", "applied") for line in planned] == applied
        assert said("migrate") == "all is up to date\n"
        assert "waiting: nothing" in said("doctor")
        asyncio.run(_publish(settings["amqp_url"], 3))
        assert "with RabbitMQ, media: 3 ready, 0 delayed" in said("jobs", "list").splitlines()
        assert "waiting: media 3" in said("doctor")


def test_an_operator_is_told_of_a_broker_that_is_down() -> None:
    """Each command names the setting; `doctor` fails."""
    settings = _MEMORY | {"amqp_url": "amqp://127.0.0.1:1"}
    with fresh_folder() as folder:
        doctor = instagram("doctor", folder=folder, **settings)
        assert doctor.returncode != 0
        assert "start the broker, or correct INSTAGRAM_AMQP_URL" in doctor.stdout
        migrate = instagram("migrate", folder=folder, **settings)
        assert migrate.returncode != 0
        assert "INSTAGRAM_AMQP_URL" in migrate.stderr


def test_what_a_server_relays_is_in_its_metrics(server: RabbitMQ) -> None:
    """Every photograph goes by the broker, and is counted."""
    settings = _MEMORY | {"amqp_url": server.virtual_host()}
    with fresh_folder() as folder, running(folder, limits="off", **settings) as app:
        register(app).share(SAMPLES[ImageFormat.PNG])
        numbers = _metrics(app)
        assert numbers["instagram_relay_jobs_total"] >= 2  # the person, and the photograph
        assert numbers["instagram_relay_seconds_count"] >= 1
        assert numbers["instagram_relay_lag_seconds_count"] >= 1


def _metrics(app: RunningApp) -> dict[str, float]:
    lines = httpx.get(f"{app.url}/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(number) for name, _, number in pairs}


async def _publish(url: str, count: int) -> None:
    jobs = [
        Job(
            id=JobId(uuid4()),
            queue="media",
            kind="rang",
            payload={},
            attempts=0,
            created_at=number,
        )
        for number in range(count)
    ]
    async with AmqpJobBroker.open(AmqpSettings(url=url), queues=QUEUES) as broker:
        await broker.publish(jobs)


async def _uploaded(application: Application) -> tuple[UserId, PostId]:
    services = application.services
    made = await services.accounts.sign_in.register(
        username="ada", email="ada@example.org", password="long enough", device=Device()
    )
    author = made.account.user.id

    async def chunks() -> AsyncIterator[bytes]:
        yield SAMPLES[ImageFormat.PNG]

    async with services.media.uploads.batch() as batch:
        taken = await batch.accept(chunks())
        post = await services.posts.posting.create(author, [taken.original], NewPostText())
        batch.keep()
    return author, post


async def _relayed(application: Application) -> None:
    async with application.jobs.line(1, Handlers([]).give_up) as line:
        assert isinstance(line, RelayedLine)
        while await line.relay.forward():
            continue


async def _killing_workers(application: Application) -> Job:
    """Let worker after worker end with the job in its hands, and give the job."""
    settings, clock = amqp_settings(application.settings), application.clock
    async with AmqpJobBroker.open(settings) as broker:
        for _ in range(DELIVERIES):
            await _killing_a_worker(settings, broker, clock)
        return await _killing_a_worker(settings, broker, clock)


async def _killing_a_worker(settings: AmqpSettings, broker: AmqpJobBroker, clock: Clock) -> Job:
    async with AmqpJobQueue.open(settings, broker, prefetch=1, clock=clock) as queue:
        while True:
            for job in await queue.lease(["media"], 1, 60):
                return job
            await asyncio.sleep(0.005)


@asynccontextmanager
async def _working(application: Application) -> AsyncIterator[None]:
    stop = asyncio.Event()
    working = asyncio.create_task(work(application, stop, concurrency=2))
    try:
        yield
    finally:
        stop.set()
        await working


async def _status(application: Application, author: UserId, post: PostId) -> PostStatus:
    return (await application.services.posts.reading.post(author, post)).post.status


async def _is(application: Application, author: UserId, post: PostId, status: PostStatus) -> bool:
    return await _status(application, author, post) is status


async def _has_dead_letter(application: Application) -> bool:
    return any(depth.failed for depth in await application.jobs.ledger.depth())


async def _letter(application: Application) -> Job:
    async with asyncio.timeout(15):
        while True:
            page = await application.jobs.ledger.page(failed=True, after=None, limit=5)
            for letter in page.items:
                return letter
            await asyncio.sleep(0.02)


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110 - a port has no bell
            await asyncio.sleep(0.02)
