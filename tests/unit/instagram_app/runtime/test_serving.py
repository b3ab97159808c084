"""A server from its first line to its exit code."""

import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.unit.instagram_app.cli.running import run_program
from tests.unit.instagram_app.memory_app import MEMORY
from tests.unit.instagram_app.runtime.servers import running, status_of

SERVE = ("serve", "--port", "0")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_prints_its_address_serves_and_ends_in_order(
    tmp_path: Path, number: signal.Signals
) -> None:
    """The address is the only line on standard output; all else is in the log."""
    with running(tmp_path, *SERVE) as server:
        address = server.first_line()
        assert address.startswith("http://127.0.0.1:")
        assert (status_of(f"{address}/livez"), status_of(f"{address}/readyz")) == (200, 200)
        assert status_of(f"{address}/api/v1/feed") == 401

        assert server.stop(number) == 0

        assert server.first_line() == ""
        told = [event["event"] for event in server.events()]
        assert (told[0], told[-1]) == ("ready", "stopped")
        assert "request" in told
        with pytest.raises(httpx.ConnectError):
            status_of(f"{address}/livez")


def test_a_server_says_that_it_is_not_ready_before_it_stops_listening(tmp_path: Path) -> None:
    """So that a load balancer sends nobody any more."""
    with running(tmp_path, *SERVE) as server:
        address = server.first_line()
        server.process.send_signal(signal.SIGTERM)
        statuses = set[int]()
        try:
            while statuses != {200, 503}:
                statuses.add(status_of(f"{address}/readyz"))
                assert status_of(f"{address}/livez") == 200
        except httpx.TransportError:
            pass
        assert 503 in statuses
        assert server.process.wait(20) == 0


def test_connections_beyond_the_setting_are_closed(tmp_path: Path) -> None:
    """Accepted, so that the client hears of it, and closed at once."""
    settings = MEMORY | {"INSTAGRAM_CONNECTIONS": "1"}
    with running(tmp_path, *SERVE, settings=settings) as server:
        address = server.first_line()
        with httpx.Client() as first:
            assert first.get(f"{address}/livez").status_code == 200
            with pytest.raises(httpx.TransportError):
                status_of(f"{address}/livez")
        assert first.is_closed


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """Before anything is opened or made."""
    with running(tmp_path, *SERVE) as server:
        port = server.first_line().rpartition(":")[2]
        other = tmp_path / "other"
        other.mkdir()
        result = run_program(other, "serve", "--port", port, settings=MEMORY)

        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == (
            f"instagram: port {port} of 127.0.0.1 is taken by another program; choose another one "
            "with --port\n"
        )
        assert list(other.iterdir()) == []


def test_a_second_server_on_the_same_data_is_one_sentence(tmp_path: Path) -> None:
    """The first one goes on."""
    with running(tmp_path, *SERVE) as server:
        address = server.first_line()
        result = run_program(tmp_path, *SERVE, settings=MEMORY)

        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == (
            f"instagram: another process uses the data directory {tmp_path / 'data'}; stop it, or "
            "choose another directory with --data\n"
        )
        assert status_of(f"{address}/livez") == 200


def test_a_killed_server_does_not_keep_the_data(tmp_path: Path) -> None:
    """The lock goes with the process, however that ends."""
    with running(tmp_path, *SERVE) as server:
        server.first_line()
        server.stop(signal.SIGKILL)
    with running(tmp_path, *SERVE) as server:
        assert server.first_line().startswith("http://")


def test_sigterm_during_a_start_ends_it_in_order(tmp_path: Path) -> None:
    """Whatever was open by then is closed; here that is a database that just starts."""
    with running(tmp_path, *SERVE, settings={}) as server:
        while not (tmp_path / "data" / "postgres").exists():
            assert server.process.poll() is None
        assert server.stop() == 0
    result = run_program(tmp_path, "migrate")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_worker_beside_the_server_works_with_shared_adapters(tmp_path: Path) -> None:
    """Limits and timelines of one's own make several processes possible."""
    own = "tests.unit.instagram_app.container.own_adapters"
    settings = {
        "INSTAGRAM_ADAPTER_LIMITS": f"{own}:open_limits",
        "INSTAGRAM_ADAPTER_TIMELINES": f"{own}:open_timelines",
        "INSTAGRAM_LOG_FORMAT": "json",
        "PYTHONPATH": f"{Path(__file__).parents[4]}:{python_path()}",
    }
    with running(tmp_path, *SERVE, "--no-worker", settings=settings) as server:
        server.first_line()
        with running(tmp_path, "worker", "--queues", "default", settings=settings) as worker:
            while not any(event["event"] == "job" for event in worker.events()):
                assert worker.process.poll() is None, worker.log.read_text()
            assert worker.stop() == 0
            assert worker.events()[-1]["event"] == "stopped"
        assert server.stop() == 0
        assert [event for event in server.events() if event["event"] == "job"] == []


def python_path() -> str:
    """Give where the packages are found when they are not installed."""
    return os.environ.get("PYTHONPATH", "")
