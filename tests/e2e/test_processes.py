"""Several processes are one server: what dies comes back, and nobody outside notices a change."""

import asyncio
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
import pytest

from instagram_core.assembly.schedules import schedules
from instagram_core.feed.model import FeedRules
from tests.e2e.people import register
from tests.e2e.running import RunningApp, fresh_folder, instagram, running, start
from tests.e2e.supervised import (
    address_of,
    answer_to,
    asking,
    children,
    log_has,
    metric,
    shared,
    until,
)
from tests.servers.postgres import wheel_databases
from tests.servers.valkey import valkey

TWO = ("--processes", "2")
JOBS, POOL = "instagram_job_seconds_count", "instagram_database_pool"
PATIENT_ASKS = 200


@pytest.fixture(scope="module")
def several() -> Iterator[RunningApp]:
    """Give a server of two processes and a worker."""
    with fresh_folder() as folder, running(folder, *TWO, **shared()) as app:
        yield app


def test_a_killed_process_comes_back(several: RunningApp) -> None:
    """A new one is there within two seconds, and meanwhile the other one serves."""
    before = children(several)
    again = several.log.read_text().count("started again")
    for victim in (*children(several, "server").values(), *children(several, "worker").values()):
        with asking(several, kept=0, fresh=1) as answers:
            victim.kill()
            until(lambda: len(children(several)) == len(before), seconds=2)
            again += 1
            until(partial(log_has, several, "process started again", again))
        assert answers[200] > 0
        assert sum(answers.values()) - answers[200] <= 1  # what the dead one was about to answer

    assert before.keys().isdisjoint(children(several))
    ada = register(several)
    ada.share()  # which needs the worker


def test_processes_are_replaced_without_a_refused_connection(several: RunningApp) -> None:
    """SIGHUP under load: every request is answered, and everybody is new afterwards."""
    before, rolled = children(several), several.log.read_text().count('"rolled"')
    with asking(several) as answers:
        several.process.send_signal(signal.SIGHUP)
        until(lambda: log_has(several, "rolled", rolled + 1), seconds=60)

    after = children(several)
    assert set(answers) == {200}
    assert len(after) == len(before) == 3
    assert before.keys().isdisjoint(after)


def test_any_process_tells_the_numbers_of_all(several: RunningApp) -> None:
    """Requests, jobs and pools are added up; what a dead process counted stays counted."""
    ada, count = register(several), "instagram_request_seconds_count"
    labels = {"route": "/api/v1/users/me", "status": "401"}
    jobs = {"outcome": "done", "kind": "post_submitted"}
    asked, done = metric(several, count, **labels), metric(several, JOBS, **jobs)
    served = Counter[int]()
    for _ in range(PATIENT_ASKS):
        with several.client() as client:
            assert client.get("/api/v1/users/me").status_code == 401
            served.update(connected(several))
        asked += 1
        if len(served) == 2:
            break
    assert len(served) == 2
    assert metric(several, count, **labels) == asked

    ada.share()
    until(lambda: metric(several, JOBS, **jobs) == done + 1)
    pools = metric(several, POOL, number="pool_max")
    assert pools == 3 * (pools // 3) > 0
    victim = children(several, "server").popitem()[1]
    victim.kill()
    until(lambda: metric(several, POOL, number="pool_max") == pools * 2 / 3)
    until(lambda: metric(several, POOL, number="pool_max") == pools)
    assert metric(several, count, **labels) == asked


def connected(app: RunningApp) -> set[int]:
    """Give the processes that clients are connected to."""
    port = urlsplit(app.url).port
    return {
        pid
        for pid, process in children(app, "server").items()
        for each in process.net_connections("tcp")
        if each.status == "ESTABLISHED" and each.laddr.port == port
    }


def test_all_end_in_order(folder: Path) -> None:
    """SIGTERM, and another one: each says it is not ready, nobody is left, the code is 0."""
    app = RunningApp.start(folder, *TWO, **shared())
    processes = children(app)
    statuses, begun = set[int | str](), time.monotonic()
    app.process.terminate()
    while 503 not in statuses:
        statuses.add(answer_to(app, "/readyz"))
    app.process.terminate()

    assert app.process.wait(10) == 0
    assert time.monotonic() - begun < 10
    assert statuses <= {200, 503}
    assert [each for each in processes.values() if each.is_running()] == []
    assert app.defects() == []


def test_nothing_outlives_a_supervisor_that_is_killed(folder: Path) -> None:
    """The port, the queue and the data are free at once."""
    app = RunningApp.start(folder, *TWO, **shared())
    processes, ada = children(app), register(app)
    app.kill()
    psutil.wait_procs(processes.values(), timeout=5)
    assert [each for each in processes.values() if each.is_running()] == []

    port = str(urlsplit(app.url).port)
    with running(folder, *TWO, "--port", port, **shared()) as again:
        assert again.url == app.url
        ada.on(again).share()


def test_a_start_that_fails_is_told_once(folder: Path) -> None:
    """In the words of the process that could not; nobody tries again for ever."""
    database = asyncio.run(wheel_databases().fresh(migrated=False))
    settings = {"database_url": address_of(database), "valkey_url": valkey()}
    started = instagram("serve", *TWO, "--port", "0", folder=folder, **settings)

    assert (started.returncode, started.stdout) == (1, "")
    *logged, sentence = started.stderr.splitlines()
    assert sentence.startswith("instagram: ")
    assert sentence.endswith("run `instagram migrate`")
    # Those that were told to end before they found out for themselves say little.
    assert [line for line in logged if '"error"' in line or not line.startswith("{")] == []


@pytest.mark.parametrize("words", [("serve", "--port", "0", *TWO), ("worker",)])
def test_several_processes_need_what_they_share(folder: Path, words: tuple[str, ...]) -> None:
    """The setting is named."""
    refused = instagram(*words, folder=folder, database_url="postgresql://127.0.0.1:1/nowhere")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith("set INSTAGRAM_VALKEY_URL\n")


def test_workers_strike_a_schedule_once_between_them(folder: Path) -> None:
    """Three that start at once, on one database."""
    database = asyncio.run(wheel_databases().fresh())
    settings = {"database_url": address_of(database), "valkey_url": valkey(), "log_format": "json"}
    due, log = {entry.event.kind for entry in schedules(FeedRules())}, folder.parent / "workers"
    workers = [start("worker", folder=folder, log=log, **settings) for _ in range(3)]
    try:
        until(lambda: log.read_text().count('"event": "ready"') == 3)
        until(lambda: due <= struck(log).keys())
    finally:
        for worker in workers:
            worker.terminate()
    assert [worker.wait(20) for worker in workers] == [0, 0, 0]

    assert struck(log) == dict.fromkeys(due, 1)


def struck(log: Path) -> Counter[str]:
    """Give how many jobs of schedules were done, by kind."""
    return Counter(re.findall(r'"job_kind": "(\w+_due)"', log.read_text()))
