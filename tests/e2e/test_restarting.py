"""What the app runs for itself comes back when it dies."""

import signal
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.e2e.people import register
from tests.e2e.running import running
from tests.e2e.supervised import answer_to, asking, children, log_has, shared, until


def test_a_server_of_one_process_comes_back_on_its_data(folder: Path) -> None:
    """Whoever connects meanwhile waits for it."""
    with running(folder, "--processes", "1", limits="off") as app:
        ada = register(app)
        (victim,) = children(app).values()
        victim.kill()

        assert answer_to(app) == 200
        assert ada.on(app).http.get("/api/v1/users/me").status_code == 200
        assert log_has(app, "process started again")


def test_a_server_of_one_process_is_replaced_without_a_refused_connection(folder: Path) -> None:
    """The new one takes the data over from the old one."""
    with running(folder, "--processes", "1", limits="off") as app:
        (before,) = children(app)
        with asking(app, kept=0) as answers:
            app.process.send_signal(signal.SIGHUP)
            until(lambda: log_has(app, "process started again"))
            so_far = answers[200]
            until(lambda: answers[200] > so_far)
        assert set(answers) == {200}
        assert before not in children(app)


@pytest.mark.parametrize("many", ["1", "2"])
def test_settings_that_make_no_sense_replace_nothing(folder: Path, many: str) -> None:
    """What runs goes on, the log names the setting, and a corrected one is taken up."""
    with running(folder, "--processes", many, **shared()) as app:
        before, settings = set(children(app)), folder / "instagram.toml"
        settings.write_text('limit_post = "nonsense"\n')
        app.process.send_signal(signal.SIGHUP)
        until(lambda: log_has(app, "rolling refused"))

        assert (set(children(app)), answer_to(app)) == (before, 200)
        assert "LIMIT_POST" in app.log.read_text()

        settings.write_text('limit_post = "20/3600"\n')
        app.process.send_signal(signal.SIGHUP)
        until(lambda: not before & set(children(app)))
        assert answer_to(app) == 200


@pytest.mark.embedded
@pytest.mark.parametrize("many", ["1", "2"])
def test_an_embedded_database_comes_back(folder: Path, many: str) -> None:
    """Within ten seconds, with all that was written; meanwhile answers are 503."""
    with running(folder, "--processes", many, **shared()) as app:
        ada = register(app)
        (main,) = embedded(folder)
        main.kill()

        statuses = set[int]()

        def is_back() -> bool:
            statuses.add(ada.http.get("/api/v1/users/me").status_code)
            return 200 in statuses and len(embedded(folder)) == 1

        until(is_back, seconds=10)
        assert statuses <= {200, 503}
        ada.share()


def embedded(folder: Path) -> list[psutil.Process]:
    """Give the main process of the server on a data directory."""
    data = str(folder / "postgres" / "data")
    found = {
        process.pid: process
        for process in psutil.process_iter(["cmdline", "ppid"])
        if data in (process.info["cmdline"] or ())
    }
    # A child has the words of its parent until it finds its own.
    return [process for process in found.values() if process.info["ppid"] not in found]
