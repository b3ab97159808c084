"""The front proxy that operators get: what it refuses, what it passes on, and how."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import attrs
import httpx
import pytest

from tests.e2e.people import POSTS, bearer, register, small_photo
from tests.e2e.running import RunningApp, fresh_folder, running
from tests.e2e.upstream import answer_ok, upstream
from tests.servers.nginx import Proxy, nginx_before
from tests.servers.process import free_port

PROBLEM = "application/problem+json"
SIZE = 20_000_000


@attrs.frozen
class Served:
    """The app with the proxy before it."""

    app: RunningApp
    proxy: Proxy


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Give the app behind the proxy, which it trusts."""
    with fresh_folder() as folder:
        settings = {"trusted_proxies": "127.0.0.1/32", "limit_all": "1000/60"}
        with running(folder, **settings) as app, nginx_before(port_of(app)) as proxy:
            yield Served(app, proxy)


def port_of(app: RunningApp) -> int:
    """Give where it listens."""
    return httpx.URL(app.url).port or 0


def said(proxy: Proxy, request: bytes) -> bytes:
    """Give all that is answered to bytes as they are."""
    with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=20)) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
    return received


@pytest.mark.parametrize(
    "lines",
    [
        b"Host: x\r\nContent-Length : 3",
        b"Host: x\r\nX-One: a\r\n b",
        b"Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
        b"Host: x\r\nContent-Length: 3\r\nContent-Length: 4",
        b"Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Host: x\r\nTransfer-Encoding: xchunked",
        b"Host: x\r\nContent-Length: +3",
        b"Host: x\r\nContent-Length: 0x3",
        b"Host: x y",
        b"Host: x\r\nHost: y",
        b"X-No-Host: x",
        b"Host: x\r\nX-N\x00l: a",
    ],
)
def test_a_malformed_request_goes_no_further(lines: bytes) -> None:
    """What two servers could read in two ways is read by one, which refuses it."""
    with upstream() as behind, nginx_before(behind.port) as proxy:
        answer = said(proxy, b"POST /api/v1/feed HTTP/1.1\r\n" + lines + b"\r\n\r\nabc")

    assert answer[:13] in {b"HTTP/1.1 400 ", b"HTTP/1.1 501 "}
    assert behind.heads == []


def test_a_chunk_of_a_size_in_no_plain_digits_goes_no_further() -> None:
    """The body ends where the proxy says, and the connection with it."""
    with upstream() as behind, nginx_before(behind.port) as proxy:
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = said(proxy, head + b"0x3\r\nabc\r\n0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert behind.heads == []


def test_what_a_client_says_of_itself_is_not_passed_on() -> None:
    """Forwarded addresses are set, names with underscores dropped, the host kept."""
    with upstream() as behind, nginx_before(behind.port) as proxy:
        claims = {
            "X-Forwarded-For": "10.0.0.1",
            "X_Forwarded_For": "10.0.0.2",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
            "X-Real-IP": "10.0.0.3",
            "Forwarded": "for=10.0.0.4",
        }
        assert httpx.get(f"{proxy.url}/a//b/%2e", headers=claims).text == "ok"

    lines = behind.heads[0].decode().lower().split("\r\n")
    assert lines[0] == "get /a//b/%2e http/1.1"
    assert [line for line in lines if "forwarded" in line or "real-ip" in line] == [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
    ]
    assert f"host: 127.0.0.1:{proxy.port}" in lines


def test_the_app_hears_who_asks(served: Served) -> None:
    """In its log and its limits: the client's address, from the proxy and from nobody else."""
    with httpx.Client(base_url=served.proxy.url) as client:
        client.get("/api/v1/feed", headers={"x-forwarded-for": "203.0.113.9"})
    with served.app.client() as direct:
        direct.get("/api/v1/feed", headers={"x-forwarded-for": "203.0.113.7"})

    log = served.app.log.read_text().replace('": "', '":"')
    assert '"address":"203.0.113.7"' in log  # the app trusts this machine, where the proxy runs
    assert "203.0.113.9" not in log


@pytest.mark.parametrize("path", [POSTS, "/api/v1/users/me/avatar", "/media/uploads/one"])
def test_an_upload_arrives_while_it_is_sent(path: str) -> None:
    """The first bytes are there before the last one left; nothing is kept on the way."""
    arrived, is_over = threading.Event(), threading.Event()

    def reading(connection: socket.socket, rest: bytes) -> None:
        while not rest:
            rest = connection.recv(65536)
        arrived.set()
        is_over.wait(20)
        answer_ok(connection, rest)

    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {SIZE}\r\n\r\n"
    with (
        upstream(reading) as behind,
        nginx_before(behind.port) as proxy,
        closing(socket.create_connection(("127.0.0.1", proxy.port))) as connection,
    ):
        connection.sendall(head.encode() + b"first")
        assert arrived.wait(10)
        is_over.set()
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_a_photograph_travels_both_ways(served: Served) -> None:
    """Uploaded and looked at through the proxy; addresses in answers are those of the proxy."""
    ada = register(served.app)
    with httpx.Client(base_url=served.proxy.url, headers=bearer(ada.token)) as client:
        answer = client.post(POSTS, files={"media": ("a", small_photo())})
        assert answer.status_code == 202
        ada.settled(answer.json()["post_id"])
        post = client.get(f"{POSTS}/{answer.json()['post_id']}").json()
        assert post["small_url"].startswith(served.proxy.url)
        picture = client.get(post["small_url"], follow_redirects=True)
        assert picture.headers["content-type"].startswith("image/")


def test_a_body_that_is_too_large_is_refused_by_the_app(served: Served) -> None:
    """In its own words, by the length that is declared; elsewhere the proxy refuses it."""
    ada = register(served.app)
    head = (
        f"POST {POSTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ada.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 200000000\r\n\r\n--b\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", served.proxy.port), timeout=5)) as sending:
        sending.sendall(head.encode())  # and no more: the answer comes while nginx waits for it
        upload = sending.recv(65536)
    other = httpx.post(f"{served.proxy.url}/api/v1/auth/login", content=b"x" * 1_500_000)

    assert upload.startswith(b"HTTP/1.1 413 ")
    assert PROBLEM.encode() in upload
    assert b"X-Request-Id" in upload or b"x-request-id" in upload
    assert (other.status_code, other.headers["content-type"]) == (413, PROBLEM)
    assert other.json()["code"] == "too_large"


def test_a_web_socket_is_let_through() -> None:
    """The upgrade reaches the app, and bytes go both ways afterwards."""

    def upgraded(connection: socket.socket, rest: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
        )
        connection.sendall(b"heard " + (rest or connection.recv(100)))

    with upstream(upgraded) as behind, nginx_before(behind.port) as proxy:
        with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=20)) as connection:
            connection.sendall(
                b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            )
            received = connection.recv(65536)
            connection.sendall(b"hello")
            while b"hello" not in received:
                received += connection.recv(65536)
        elsewhere = {"upgrade": "websocket", "connection": "upgrade"}
        httpx.get(f"{proxy.url}/api/v1/feed", headers=elsewhere)

    assert received.startswith(b"HTTP/1.1 101")
    first, second = (head.lower() for head in behind.heads[:2])
    assert b"upgrade: websocket" in first
    assert b"connection: upgrade" in first
    assert b"upgrade" not in second


@pytest.mark.parametrize("path", ["/api/v1/feed", POSTS, "/ws"])
def test_an_app_that_is_away_is_a_problem_document(path: str) -> None:
    """503, and when to try again."""
    with nginx_before(free_port()) as proxy:
        answer = httpx.post(f"{proxy.url}{path}", content=b"abc")

    assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
    assert (answer.headers["retry-after"], answer.json()["code"]) == ("2", "unavailable")


def test_a_write_is_never_sent_twice_and_a_read_is() -> None:
    """Of an app that takes the request and hangs up."""

    def hung_up(connection: socket.socket, _: bytes) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    with upstream(hung_up) as behind, nginx_before(behind.port) as proxy:
        answer = httpx.post(f"{proxy.url}/api/v1/auth/logout", content=b"abc")

    assert answer.status_code == 503
    assert len(behind.heads) == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    ],
)
def test_what_the_proxy_refuses_is_a_problem_document(
    served: Served, request_: bytes, status: int
) -> None:
    """As the app would refuse it."""
    answer = said(served.proxy, request_)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert PROBLEM.encode() in answer


def test_files_are_served_without_the_app() -> None:
    """For ever, because their names change with their content; and nothing beside them."""
    with nginx_before(free_port()) as proxy:
        (proxy.site / "app.1a2b.js").write_text("let it = 'be'")
        (proxy.site.parent / "secret").write_text("not for you")
        script = httpx.get(f"{proxy.url}/static/app.1a2b.js")
        missing = httpx.get(f"{proxy.url}/static/none.js")
        outside = said(proxy, b"GET /static/../secret HTTP/1.1\r\nHost: x\r\n\r\n")

    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert missing.status_code == 404
    assert b"not for you" not in outside


def test_the_manual_is_kept_by_the_proxy(served: Served) -> None:
    """The second reader does not reach the app."""
    with httpx.Client(base_url=served.proxy.url) as client:
        first, second = (client.get("/docs") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
    assert first.content == second.content


def test_the_log_of_the_proxy_bears_no_signatures(served: Served) -> None:
    """Addresses without their query, and who asked."""
    httpx.get(f"{served.proxy.url}/media/x", params={"signature": "very-secret"})

    assert '"path":"/media/x"' in served.proxy.log()
    assert "very-secret" not in served.proxy.log()
    assert '"address":"127.0.0.1"' in served.proxy.log()
