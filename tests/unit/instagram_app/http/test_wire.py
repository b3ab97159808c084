"""Requests that are broken, too large, cut off or too slow."""

import json
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from instagram_app.http.protocol import PatientProtocol
from instagram_app.http.reading import Body
from tests.unit.instagram_app.http.people import person
from tests.unit.instagram_app.http.raw import Raw, exchange, is_closed, receive
from tests.unit.instagram_app.http.served import Served, served

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
LOGIN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def code_of(answer: Raw) -> tuple[int, str]:
    """Give status and code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status, json.loads(answer.body)["code"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the server lose patience within tenths of a second."""
    monkeypatch.setattr(PatientProtocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(PatientProtocol, "LINGER_SECONDS", 0.2)
    monkeypatch.setattr(PatientProtocol, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(Body, "GRACE_SECONDS", 0.2)
    return iter(())


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "malformed_request"),
        (b"GET /livez HTTP/3.0\r\n\r\n", 400, "malformed_request"),
        (b"GET /livez HTTP/1.1\r\nNo colon\r\n\r\n", 400, "malformed_request"),
        ("GET /é HTTP/1.1\r\n\r\n".encode(), 400, "malformed_request"),
        (GET + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400, "malformed_request"),
        (GET + b"Content-Length: x\r\n\r\n", 400, "malformed_request"),
        (GET + b"Content-Length: -1\r\n\r\n", 400, "malformed_request"),
        (LOGIN + b"Content-Length: 2\r\nExpect: magic\r\n\r\n{}", 417, "expectation_failed"),
        (GET + b"X: " + b"x" * 20_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
        (LOGIN + b"Content-Length: 70000\r\n\r\n", 413, "too_large"),
        (LOGIN + b"Content-Length: 99999999999999999\r\n\r\n", 413, "too_large"),
        (LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "malformed_request"),
        (
            LOGIN + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
            400,
            "malformed_request",
        ),
        (LOGIN + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 400, "malformed_request"),
        (LOGIN + b"Content-Length: 0x2\r\n\r\n{}", 400, "malformed_request"),
        (GET + b"X-Folded: a\r\n b\r\n\r\n", 400, "malformed_request"),
        (GET + b"X-Space : a\r\n\r\n", 400, "malformed_request"),
        (GET + b"X-Lines: a\nContent-Length: 1\r\n\r\n", 400, "malformed_request"),
        (GET + b"X-Lines: a\rContent-Length: 1\r\n\r\n", 400, "malformed_request"),
        (GET + b"X-Nul: a\0b\r\n\r\n", 400, "malformed_request"),
        (GET + b": a\r\n\r\n", 400, "malformed_request"),
        (GET + b"Host: y\r\n\r\n", 400, "malformed_request"),
        (b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"),
        (LOGIN + b"Content-Length: 1\r\n\r\n{", 400, "malformed_request"),
        (LOGIN + b"Content-Length: 0\r\n\r\n", 400, "malformed_request"),
    ],
)
def test_a_broken_request_is_told_what_is_wrong(
    app: Served, request_bytes: bytes, status: int, code: str
) -> None:
    """The server's own refusals are problem documents too."""
    assert (status, code) == code_of(exchange(app, request_bytes))


@pytest.mark.parametrize("start", [b"GET /livez", b"GET /nowhere", b"OPTIONS /livez"])
def test_nothing_is_read_after_a_head_that_others_may_read_otherwise(
    app: Served, start: bytes
) -> None:
    """What a proxy takes for a body would be the next request here."""
    head = start + b" HTTP/1.1\r\nHost: x\r\nX: a\nContent-Length: 30\r\n\r\n"
    with app.connect() as connection:
        connection.sendall(head + GET + b"\r\n")
        receive(connection)

        assert is_closed(connection)


def test_a_chunked_body_is_read_and_counted(app: Served) -> None:
    """Without a declared length the limit holds all the same."""
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    good = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"

    assert code_of(exchange(app, good)) == (422, "invalid")
    large = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3
    assert code_of(exchange(app, large)) == (413, "too_large")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /livez HT",
        GET,
        LOGIN + b"Content-Length: 10\r\n\r\n{}",
        LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    ],
)
def test_a_request_that_is_cut_off_is_malformed(app: Served, request_bytes: bytes) -> None:
    """Whoever closes too early still learns why there is no answer."""
    answer = exchange(app, request_bytes, half_close=True)

    assert code_of(answer) == (400, "malformed_request")


def test_a_complete_request_is_answered_although_its_sender_closed(app: Served) -> None:
    """Half a connection is enough for an answer."""
    assert exchange(app, GET + b"\r\n", half_close=True).status == 200
    login = LOGIN + b"Content-Length: 2\r\n\r\n{}"
    assert exchange(app, login, half_close=True).status == 422


def test_several_requests_on_one_connection_are_answered_in_order(app: Served) -> None:
    """A client need not wait for one answer to ask again."""
    with app.connect() as connection:
        connection.sendall(GET + b"\r\n" + b"GET /nothing HTTP/1.1\r\n\r\n" + GET + b"\r\n")
        response = b""
        while response.count(b"HTTP/1.1") < 3 or not response.endswith(b'{"status":"ok"}'):
            response += connection.recv(65536)

    assert re.findall(rb"HTTP/1.1 (\d+)", response) == [b"200", b"404", b"200"]


@pytest.mark.usefixtures("impatient")
def test_a_head_that_trickles_is_given_up(app: Served) -> None:
    """Each byte does not buy more time."""
    with app.connect() as connection:
        connection.sendall(GET)
        connection.settimeout(0.05)
        for _ in range(100):
            try:
                connection.send(b"X")
                if connection.recv(1, socket.MSG_PEEK):
                    break
            except TimeoutError:
                continue
        connection.settimeout(20)
        assert code_of(receive(connection)) == (408, "request_timeout")
        assert is_closed(connection)


@pytest.mark.usefixtures("impatient")
def test_a_body_that_does_not_come_is_given_up(app: Served) -> None:
    """A sender that falls behind the pace is told so."""
    with app.connect() as connection:
        connection.sendall(LOGIN + b"Content-Length: 10\r\n\r\n{")
        assert code_of(receive(connection)) == (408, "request_timeout")
        assert is_closed(connection)


@pytest.mark.usefixtures("impatient")
def test_a_body_nobody_asked_for_does_not_hold_the_connection(app: Served) -> None:
    """It is heard out for a while, then cut off."""
    with app.connect() as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nx")
        assert code_of(receive(connection)) == (404, "not_found")
        assert is_closed(connection)


def test_a_large_body_is_refused_and_its_sender_gets_to_know(app: Served) -> None:
    """The answer is not lost with the connection."""
    with app.client() as client:
        answer = client.post(
            "/api/v1/auth/login",
            content=b" " * 5_000_000,
            headers={"content-type": "application/json"},
        )

    assert answer.status_code == 413


def test_a_sender_that_waits_for_leave_is_refused_without_it(app: Served) -> None:
    """Nothing is sent for nothing, and the connection is not taken for the body."""
    with app.connect() as connection:
        head = b"Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(LOGIN + head)
        answer = receive(connection)
        assert code_of(answer) == (413, "too_large")
        assert answer.headers["connection"] == "close"
        assert is_closed(connection)


def test_a_sender_that_waits_for_leave_gets_it(app: Served) -> None:
    """100 comes when the body is wanted."""
    with app.connect() as connection:
        connection.sendall(LOGIN + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert code_of(receive(connection)) == (422, "invalid")


def test_a_body_where_none_is_asked_for_is_passed_over(app: Served) -> None:
    """And the connection goes on."""
    someone = person(app)
    for _ in range(2):
        answer = someone.http.post(f"/api/v1/users/{person(app).id}/block", json={"any": "thing"})
        assert answer.status_code == 204


def test_connections_over_the_limit_are_closed(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are taken, so that nobody waits for nothing."""
    monkeypatch.setattr(PatientProtocol, "most_connections", 0)
    with app.connect() as connection:
        assert is_closed(connection)
    monkeypatch.undo()

    assert exchange(app, GET + b"\r\n").status == 200


def test_a_client_that_goes_away_is_no_fault_of_ours(app: Served) -> None:
    """It is counted as what it is, and no request is said to have failed."""
    with app.connect() as connection:
        connection.sendall(LOGIN + b"Content-Length: 10\r\n\r\n{")
        exchange(app, GET + b"\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    numbers = exchange(app, b"GET /metrics HTTP/1.1\r\n\r\n").body.decode()

    assert 'method="POST",route="none",status="499"' in numbers
    assert 'status="500"' not in numbers


def test_uploads_beyond_what_memory_allows_wait_their_turn(tmp_path: Path) -> None:
    """Unread, and no longer than any request may take."""
    head = (
        b"PUT /api/v1/users/me/avatar HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\nAuthorization: Bearer %b\r\n\r\n--b\r\n"
    )
    settings = {"limits": "off", "upload_bytes": "999999999", "timeout_request": "0.5"}
    with served(tmp_path, **settings) as app, ExitStack() as stack:
        request = head % person(app).token.encode()
        for _ in range(4):
            stack.enter_context(app.connect()).sendall(request)
        answer = exchange(app, request)

    assert code_of(answer) == (503, "unavailable")
