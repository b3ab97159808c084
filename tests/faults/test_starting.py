"""What an app does that began before its database, or whose disk is full."""

from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from tests.e2e.people import photograph, register
from tests.e2e.running import RunningApp, fresh_folder, instagram, running
from tests.faults.dependencies import Dependency, start
from tests.faults.stage import seconds_until

_BACK = 8.0
_SMALL = 100_000


@pytest.fixture(scope="module")
def database() -> Iterator[Dependency]:
    """Give a PostgreSQL behind a proxy; a test leaves it as it is."""
    server = start("postgres")
    yield server
    server.close()


def test_a_database_without_tables_that_comes_late_is_not_served(database: Dependency) -> None:
    """Requests are refused and the log says what to do; once that is done, the app goes on."""
    settings = {"database_url": _without_tables(database.settings["database_url"])}
    database.proxy.refuse()
    with fresh_folder() as folder, running(folder, **settings) as app:
        assert (_status(app), _readiness(app)) == (503, 200)
        database.proxy.let_through()
        advice = "run `instagram migrate`"
        seconds_until(lambda: advice in app.log.read_text(), most=_BACK)
        assert (_status(app), _readiness(app)) == (503, 200)
        done = instagram("migrate", folder=folder, **settings)
        assert done.returncode == 0, done.stderr
        seconds_until(lambda: _status(app) == 404, most=_BACK)
        register(app)


def test_a_full_disk_refuses_uploads_and_nothing_else(database: Dependency) -> None:
    """And takes them again as soon as there is room."""
    with fresh_folder() as folder, running(folder, **database.settings) as app:
        ada = register(app)
        post = ada.share()
        picture = ada.http.get(f"/api/v1/posts/{post}").json()["thumbnail_url"]
        _limit_files(app, _SMALL)
        refused = ada.upload(photograph())
        assert (refused.status_code, refused.headers["retry-after"] in set("12345")) == (503, True)
        assert [each["id"] for each in ada.feed()] == [post]
        assert ada.http.get(picture).status_code == 200
        _limit_files(app, None)
        assert ada.share(photograph())


def _without_tables(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE without_tables TEMPLATE template0")
    return f"{url.rpartition('/')[0]}/without_tables"


def _status(app: RunningApp) -> int:
    with app.client() as client:
        return client.get("/api/v1/users/00000000-0000-7000-8000-000000000000").status_code


def _readiness(app: RunningApp) -> int:
    with app.client() as client:
        return client.get("/readyz").status_code


def _limit_files(app: RunningApp, size: int | None) -> None:
    # No file may grow beyond it, which stands for a disk without room.
    main = psutil.Process(app.process.pid)
    for process in (main, *main.children(recursive=True)):
        _, hard = process.rlimit(psutil.RLIMIT_FSIZE)
        if hard == psutil.RLIM_INFINITY:  # what reads pictures may write none at all
            process.rlimit(psutil.RLIMIT_FSIZE, (hard if size is None else size, hard))
