"""Who is at the other end: the address, past the proxies that are trusted, and the origin."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from sanic import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
_DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}


class Clients:
    """Tells clients apart, believing nobody but the proxies of the settings."""

    def __init__(self, trusted: Iterable[Network], public_url: str | None) -> None:
        """Trust proxies in these networks; `public_url` is where people reach the app."""
        self._trusted = tuple(trusted)
        self._public_url = public_url

    def address(self, request: Request) -> str:
        """Give the client's address: the first one, from our end, that is no trusted proxy.

        An entry that is no address ends the search: what lies behind it is not known.
        """
        peer = request.conn_info.client_ip if request.conn_info else ""
        if not self._trusted:
            return peer
        nearest = _parsed(peer)
        if nearest is None:
            return peer
        for entry in reversed(_entries(request, "x-forwarded-for")):
            if not self._is_trusted(nearest):
                break
            further = _parsed(entry)
            if further is None:
                break
            nearest = further
        return str(nearest)

    def is_secure(self, request: Request) -> bool:
        """Tell whether the client came by https."""
        if self._public_url is not None:
            return self._public_url.startswith("https://")
        if not self._trusted:
            return False
        peer = _parsed(request.conn_info.client_ip if request.conn_info else "")
        if peer is None or not self._is_trusted(peer):
            return False
        return _entries(request, "x-forwarded-proto")[-1:] == ["https"]

    def origin(self, request: Request) -> str:
        """Give what links begin with: the public URL, else where the request was sent to.

        Empty, so that links are relative, for a request that does not say where.
        """
        if self._public_url is not None:
            return self._public_url.rstrip("/")
        host = request.headers.getone("host", "")
        if not _HOST.fullmatch(host):
            return ""
        return f"{'https' if self.is_secure(request) else 'http'}://{host}"

    def is_same_origin(self, request: Request) -> bool:
        """Tell whether the request shows that it comes from our own pages.

        By its `Origin`, whose host must be ours, else by `Sec-Fetch-Site`. Neither: it does not.
        """
        origin = request.headers.getone("origin", None)
        if origin is not None:
            return self._is_ours(origin, request.headers.getone("host", ""))
        return request.headers.getone("sec-fetch-site", None) == "same-origin"

    def is_foreign(self, request: Request) -> bool:
        """Tell whether the request shows that it comes from somebody else's pages."""
        is_silent = "origin" not in request.headers and "sec-fetch-site" not in request.headers
        return not is_silent and not self.is_same_origin(request)

    def _is_ours(self, origin: str, host: str) -> bool:
        theirs = _host_and_port(origin)
        if self._public_url is not None:
            return theirs is not None and theirs == _host_and_port(self._public_url)
        scheme = origin.partition(":")[0].lower()
        return theirs is not None and theirs == _host_and_port(f"{scheme}://{host}")

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _host_and_port(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    default = _DEFAULT_PORTS.get(parts.scheme)
    if not parts.hostname or default is None:
        return None
    return parts.hostname, port or default


def _entries(request: Request, header: str) -> list[str]:
    lines = request.headers.getall(header, [])
    return [entry.strip() for entry in ",".join(lines).split(",") if entry.strip()]


def _parsed(text: str) -> _Address | None:
    """Read `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]` and `[::1]:80`; an IPv4 in IPv6 is the IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
