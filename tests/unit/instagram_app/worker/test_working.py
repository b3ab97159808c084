"""What follows from writes, with the real handlers on memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from instagram_app.container.application import Application
from instagram_app.worker.gauges import show
from instagram_app.worker.working import make_worker, work
from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.accounts.service import Device
from instagram_core.assembly.handlers import handlers_of
from instagram_core.assembly.schedules import schedules
from instagram_core.feed.model import FeedRules
from instagram_core.jobs.model import QUEUES, QueueDepth
from instagram_core.jobs.service import Worker
from instagram_core.kernel.events import Event
from instagram_core.media.model import ImageFormat, Original, media_key
from instagram_core.media.samples import SAMPLES
from instagram_core.posts.model import PostId, PostStatus
from instagram_core.posts.service import NewPostText
from tests.unit.instagram_app.memory_app import memory_application

PNG = SAMPLES[ImageFormat.PNG]


async def register(application: Application, name: str = "ada") -> UserId:
    """Open an account."""
    made = await application.services.accounts.sign_in.register(
        username=name, email=f"{name}@example.org", password="long enough", device=Device()
    )
    return made.account.user.id


async def upload(application: Application, author: UserId) -> tuple[PostId, Original]:
    """Share a picture."""

    async def chunks() -> AsyncIterator[bytes]:
        yield PNG

    services = application.services
    async with services.media.uploads.batch() as batch:
        taken = await batch.accept(chunks())
        post = await services.posts.posting.create(author, [taken.original], NewPostText())
        batch.keep()
    return post, taken.original


async def emptied(application: Application) -> None:
    """Wait until no job is left."""
    async with asyncio.timeout(10):
        while await application.relational.ledger.depth():  # noqa: ASYNC110 - a port has no bell
            await asyncio.sleep(0)


def sample(application: Application, name: str, **labels: str) -> float | None:
    """Give one number of the process."""
    return application.metrics.registry.get_sample_value(name, labels)


def test_an_upload_is_published_by_the_worker(tmp_path: Path) -> None:
    """And what nobody handles is finished and counted."""

    async def life() -> None:
        async with memory_application(tmp_path) as application:
            author = await register(application)
            post, _ = await upload(application, author)
            await make_worker(application).run_until_idle()

            view = await application.services.posts.reading.post(author, post)
            assert view.post.status is PostStatus.PUBLISHED
            count = "instagram_job_seconds_count"
            assert sample(application, count, kind="post_submitted", outcome="done") == 1
            assert sample(application, count, kind="registered", outcome="ignored") == 1
            assert await application.relational.ledger.depth() == ()

    asyncio.run(life())


def test_a_picture_that_turns_out_bad_fails_its_post_for_everyone_to_see(tmp_path: Path) -> None:
    """The author sees it failed, the operator finds the job, and putting it back may succeed."""

    async def life() -> None:
        async with memory_application(tmp_path) as application:
            author = await register(application)
            post, original = await upload(application, author)
            store = application.services.media.rendering._store
            await store.put(original.key, PNG[:40])
            worker = make_worker(application)
            await worker.run_until_idle()

            reading = application.services.posts.reading
            assert (await reading.post(author, post)).post.status is PostStatus.FAILED
            ledger = application.relational.ledger
            (dead,) = (await ledger.page(failed=True, after=None, limit=10)).items
            assert (dead.kind, str(dead.error).split(":")[0]) == (
                "post_submitted",
                "MediaTruncatedError",
            )

            await store.put(original.key, PNG)
            await ledger.requeue(None)
            while await worker.run_until_idle():
                pass
            assert (await reading.post(author, post)).post.status is PostStatus.PUBLISHED

    asyncio.run(life())


def test_a_deleted_account_is_erased(tmp_path: Path) -> None:
    """Its files too."""

    async def life() -> None:
        async with memory_application(tmp_path) as application:
            author = await register(application)
            _, original = await upload(application, author)
            worker = make_worker(application)
            await worker.run_until_idle()
            await application.services.accounts.closing.delete(author)
            while await worker.run_until_idle():
                pass

            store = application.services.media.rendering._store
            assert await store.stat(original.key) is None
            assert await store.stat(media_key(original.stem, "small.png")) is None
            with pytest.raises(UserNotFound):
                await application.services.graph.profiles.profile(None, author)

    asyncio.run(life())


def test_the_bell_wakes_an_idle_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload starts at once and not with the next look, which is an hour away here."""
    monkeypatch.setattr(Worker, "IDLE_SECONDS", 3600)
    monkeypatch.setattr(Worker, "BUSY_SECONDS", 3600)

    async def life() -> PostStatus:
        async with memory_application(tmp_path) as application:
            author = await register(application)
            stop = asyncio.Event()
            working = asyncio.create_task(work(application, stop, concurrency=2))
            await emptied(application)
            post, _ = await upload(application, author)
            application.bell.ring()
            await emptied(application)
            stop.set()
            await working
            return (await application.services.posts.reading.post(author, post)).post.status

    assert asyncio.run(life()) is PostStatus.PUBLISHED


def test_schedules_strike_when_a_worker_starts(tmp_path: Path) -> None:
    """Whatever was missed while nothing ran happens once."""
    kinds = {scheduled.event.kind for scheduled in schedules(FeedRules())}

    async def life() -> set[str]:
        async with memory_application(tmp_path) as application:
            stop, done = asyncio.Event(), set[str]()
            working = asyncio.create_task(work(application, stop))
            count = "instagram_job_seconds_count"
            async with asyncio.timeout(10):
                while done != kinds:
                    await asyncio.sleep(0)
                    done = {k for k in kinds if sample(application, count, kind=k, outcome="done")}
            stop.set()
            await working
            return done

    assert asyncio.run(life()) == {
        "delivery_review_due",
        "media_sweep_due",
        "sweep_due",
        "upload_sweep_due",
    }


def every_event() -> set[type[Event]]:
    """Give every kind of event of the core; the kit's and other tests' own are nobody's work."""
    return {
        kind
        for kind in Event.__subclasses__()
        if kind.__module__.startswith("instagram_core.") and ".testing." not in kind.__module__
    }


def test_every_event_goes_to_a_queue_that_workers_take_from() -> None:
    """Otherwise its jobs would wait for ever."""
    assert {event.queue for event in every_event()} <= set(QUEUES)


def test_no_kind_has_two_handlers(tmp_path: Path) -> None:
    """The second would win in silence."""

    async def life() -> list[str]:
        async with memory_application(tmp_path) as application:
            return [handler.event.kind for handler in handlers_of(application.services)]

    kinds = asyncio.run(life())
    assert len(kinds) == len(set(kinds))


def test_what_waits_is_shown_as_numbers(tmp_path: Path) -> None:
    """Queues that emptied are told as empty."""

    async def life() -> None:
        async with memory_application(tmp_path) as application:
            depth = QueueDepth(
                queue="media", ready=3, delayed=2, leased=1, failed=4, oldest_ready_at=1_000
            )
            show([depth], 3_500, application.metrics)
            jobs = "instagram_queue_jobs"
            assert sample(application, jobs, queue="media", state="ready") == 3
            assert sample(application, jobs, queue="media", state="failed") == 4
            oldest = "instagram_queue_oldest_seconds"
            assert sample(application, oldest, queue="media") == 2.5

            show([], 4_000, application.metrics)
            assert sample(application, jobs, queue="media", state="ready") == 0

    asyncio.run(life())
