"""The socket of the server: free, taken, or of no use."""

import socket

import pytest

from instagram_app.container.errors import StartRefused
from instagram_app.runtime.listening import bound, url_of


def test_a_free_port_is_taken_and_told() -> None:
    """Port 0 finds one."""
    with bound("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert url_of(listener) == f"http://127.0.0.1:{port}"


def test_an_address_of_six_bytes_is_written_in_brackets() -> None:
    """As addresses are."""
    try:
        listener = bound("::1", 0)
    except StartRefused:
        return  # a machine without IPv6 has nothing to show
    with listener:
        assert url_of(listener).startswith("http://[::1]:")


def test_a_port_that_somebody_listens_on_is_refused() -> None:
    """In a sentence that names it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(StartRefused, match=f"port {port} of 127.0.0.1 is taken"):
            bound("127.0.0.1", port)


def test_what_answers_at_another_machines_address_is_no_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sentence says that the address is not ours, not that its port is taken."""
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: 0)

    with pytest.raises(StartRefused, match=r"cannot listen on 192\.0\.2\.1 port 80: "):
        bound("192.0.2.1", 80)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("no such host", 0, "--host is 'no such host', which is no address here"),
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1 port 0"),
    ],
)
def test_an_address_that_cannot_be_is_refused(host: str, port: int, words: str) -> None:
    """The sentence names the option."""
    with pytest.raises(StartRefused, match=words):
        bound(host, port)
