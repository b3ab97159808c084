"""Looking at the processes of a server, and asking them all the time."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import httpx
import psutil  # type: ignore[import-untyped]
from psycopg.conninfo import conninfo_to_dict

from tests.e2e.running import RunningApp
from tests.servers.profile import is_full
from tests.servers.valkey import valkey

PATIENCE = 30.0


def shared() -> dict[str, str]:
    """Give settings that several processes need."""
    return {"limits": "off"} | ({} if is_full() else {"valkey_url": valkey()})


def children(app: RunningApp, role: str | None = None) -> dict[int, psutil.Process]:
    """Give the processes that the supervisor runs now: its servers, its worker or all of them."""
    found = {}
    for process in psutil.Process(app.process.pid).children():
        try:
            words = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if "cli.child" in words and role in {None, "worker" if "null, " in words else "server"}:
            found[process.pid] = process
    return found


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait for a condition that must come; give the seconds it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def answer_to(app: RunningApp, path: str = "/livez") -> int | str:
    """Give the status of an answer over a connection of its own, or the error."""
    address = urlsplit(app.url)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError as error:
        return repr(error)
    finally:
        connection.close()


@contextmanager
def asking(app: RunningApp, kept: int = 2, fresh: int = 3) -> Iterator[Counter[int | str]]:
    """Ask all the time, over connections that are kept and over fresh ones; give the answers."""
    answers, is_over = Counter[int | str](), threading.Event()

    def keep_asking(ask: Callable[[], int | str]) -> None:
        while not is_over.is_set():
            answers[ask()] += 1

    with ExitStack() as stack:
        clients = [stack.enter_context(app.client()) for _ in range(kept)]
        asks: list[Callable[[], int | str]] = [partial(answer_to, app, "/readyz")] * fresh
        asks += [partial(_status, client) for client in clients]
        threads = [threading.Thread(target=keep_asking, args=(ask,)) for ask in asks]
        for thread in threads:
            thread.start()
        try:
            yield answers
        finally:
            is_over.set()
            for thread in threads:
                thread.join()


def _status(client: httpx.Client) -> int:
    return client.get("/livez").status_code


def metric(app: RunningApp, name: str, **labels: str) -> float:
    """Give the sum of all samples of a metric that have these labels."""
    with app.client() as client:
        lines = client.get("/metrics").text.splitlines()
    wanted = {f'{label}="{value}"' for label, value in labels.items()}
    samples = [re.match(r"(\w+)(?:\{(.*)\})? (\S+)$", line) for line in lines]
    return sum(
        float(sample[3])
        for sample in samples
        if sample and sample[1] == name and wanted <= set((sample[2] or "").split(","))
    )


def log_has(app: RunningApp, event: str, times: int = 1) -> bool:
    """Tell whether an event was logged so often."""
    return app.log.read_text().count(f'"event": "{event}"') >= times


def address_of(conninfo: str) -> str:
    """Give the address of a database as settings want it."""
    words = conninfo_to_dict(conninfo)
    return f"postgresql://{words['user']}@/{words['dbname']}?host={quote(str(words['host']))}"
