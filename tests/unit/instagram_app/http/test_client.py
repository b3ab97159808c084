"""Addresses past proxies, and origins."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.http.client import Clients
from tests.unit.instagram_app.http.requests import request

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32"))
BEHIND = Clients(PROXIES, None)
ALONE = Clients((), None)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:470::7]:4711", "2001:470::7"),
        ("10.0.0.1", "2001:470::7", "2001:470::7"),
        ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("2001:db8::1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
    ],
)
def test_a_client_is_the_first_who_is_no_trusted_proxy(
    peer: str, forwarded: str | list[str], address: str
) -> None:
    """Whoever is not trusted may claim what they like."""
    assert address == BEHIND.address(request(peer, x_forwarded_for=forwarded))


def test_without_trusted_proxies_nobody_is_believed() -> None:
    """The address is the peer's."""
    assert ALONE.address(request("10.0.0.1", x_forwarded_for="198.51.100.7")) == "10.0.0.1"


@given(st.text(max_size=60))
def test_any_header_leads_to_an_address(text: str) -> None:
    """No header leads to an error, or to something that is no address."""
    address = BEHIND.address(request("10.0.0.1", x_forwarded_for=text))

    assert str(ipaddress.ip_address(address)) == address


@pytest.mark.parametrize(
    ("origin", "host", "is_same"),
    [
        ("http://app.example", "app.example", True),
        ("https://app.example", "app.example", True),
        ("https://APP.example", "app.EXAMPLE", True),
        ("https://app.example", "app.example:443", True),
        ("https://app.example:443", "app.example", True),
        ("http://localhost:5173", "localhost:8000", False),
        ("http://localhost:8000", "localhost:8000", True),
        ("https://app.example.evil", "app.example", False),
        ("https://evil.example", "app.example", False),
        ("https://user@app.example", "app.example", True),
        ("null", "app.example", False),
        ("null", "null", False),
        ("", "app.example", False),
        ("https://", "", False),
        ("http://[::1", "app.example", False),
        ("http://app.example:99999", "app.example", False),
        ("file://app.example", "app.example", False),
    ],
)
def test_an_origin_is_ours_when_its_host_is(origin: str, host: str, is_same: bool) -> None:  # noqa: FBT001 - a column
    """Hosts are compared with their ports."""
    assert is_same == ALONE.is_same_origin(request(origin=origin, host=host))


def test_the_public_address_counts_and_not_the_host() -> None:
    """A host header is no proof when the public address is known."""
    clients = Clients((), "https://app.example")

    assert clients.is_same_origin(request(origin="https://app.example", host="inner:8000"))
    assert not clients.is_same_origin(request(origin="https://inner:8000", host="inner:8000"))
    assert not clients.is_same_origin(request(origin="http://app.example", host="app.example"))


@pytest.mark.parametrize(
    ("site", "is_same"),
    [("same-origin", True), ("same-site", False), ("cross-site", False), ("none", False)],
)
def test_without_an_origin_the_site_of_the_fetch_counts(site: str, is_same: bool) -> None:  # noqa: FBT001 - a column
    """Only `same-origin` shows it."""
    assert is_same == ALONE.is_same_origin(request(sec_fetch_site=site, host="app.example"))


def test_a_request_that_shows_nothing_is_neither_ours_nor_foreign() -> None:
    """Programs send neither header."""
    silent = request(host="app.example")

    assert (ALONE.is_same_origin(silent), ALONE.is_foreign(silent)) == (False, False)


@pytest.mark.parametrize(
    ("clients", "peer", "proto", "is_secure"),
    [
        (Clients((), "https://app.example"), "192.0.2.1", "http", True),
        (Clients((), "http://app.example"), "192.0.2.1", "https", False),
        (BEHIND, "10.0.0.1", "https", True),
        (BEHIND, "10.0.0.1", "http", False),
        (BEHIND, "10.0.0.1", "http, https", True),
        (BEHIND, "192.0.2.1", "https", False),
        (ALONE, "192.0.2.1", "https", False),
    ],
)
def test_https_is_known_from_the_settings_or_a_trusted_proxy(
    clients: Clients,
    peer: str,
    proto: str,
    is_secure: bool,  # noqa: FBT001 - a column
) -> None:
    """Nobody else's word makes a cookie secure."""
    assert is_secure == clients.is_secure(request(peer, x_forwarded_proto=proto))


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://app.example", "inner:8000", "https://app.example"),
        (None, "app.example:8000", "http://app.example:8000"),
        (None, "[::1]:8000", "http://[::1]:8000"),
        (None, "", ""),
        (None, "evil.example/path", ""),
        (None, 'evil"><script>', ""),
    ],
)
def test_links_begin_where_the_client_reaches_the_app(
    public_url: str | None, host: str, origin: str
) -> None:
    """The public URL wins; a host that is none makes links relative."""
    assert origin == Clients((), public_url).origin(request(host=host))


def test_no_address_begins_with_a_host_that_is_longer_than_names_are() -> None:
    """A client may send any: a page of pictures has two thousand addresses, which are kept."""
    longest = ".".join(["a" * 60] * 4)
    assert ALONE.origin(request(host=f"{longest}:8000")) == f"http://{longest}:8000"
    assert ALONE.origin(request(host="a" * 254)) == ""
    assert ALONE.origin(request(host=f"[{':' * 60}]")) == ""
