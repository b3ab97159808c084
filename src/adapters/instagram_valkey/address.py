"""Where a server is and how to be let in, read from its URL."""

import ssl
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

_PLAIN: Final = ("valkey", "redis")
_SEALED: Final = ("valkeys", "rediss")
_SOCKET: Final = "unix"
_PORT: Final = 6379
_OPTIONS: Final = ("db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")


@attrs.frozen(kw_only=True)
class Address:
    """A server of Valkey, or of Redis."""

    host: str = ""
    port: int = _PORT
    path: str = ""
    """Of a Unix socket; empty for TCP."""
    number: int = 0
    """Of the database."""
    username: str = ""
    password: str = attrs.field(default="", repr=False)
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, url: str) -> "Address":
        """Give what a URL names; ValueError, which never shows a password, for what it cannot be.

        `valkey[s]://[user:password@]host[:port][/number]`, `redis[s]://` likewise, and
        `unix://[user:password@]/path[?db=number]`. Options behind `?`: `db`, and for TLS
        `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile` and `ssl_cert_reqs=none`.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "127.0.0.1", parts.port or _PORT
        except ValueError:
            # It would quote what it cannot read, which may be the half of a password.
            raise ValueError(
                "a Valkey address has a host and a port after its password,"
                " in which / ? # [ ] @ and : are written as %2F and so on"
            ) from None
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if unknown := sorted(set(options) - set(_OPTIONS)):
            raise ValueError(f"a Valkey address has no option {unknown[0]!r}")
        if parts.scheme not in {*_PLAIN, *_SEALED, _SOCKET}:
            raise ValueError("a Valkey address starts with valkey, valkeys, redis, rediss or unix")
        is_socket = parts.scheme == _SOCKET
        number = options.get("db") or ("" if is_socket else parts.path.strip("/")) or "0"
        if not number.isdecimal():
            raise ValueError("the database of a Valkey address is a whole number")
        return cls(
            host=host,
            port=port,
            path=unquote(parts.path) if is_socket else "",
            number=int(number),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=_tls(options) if parts.scheme in _SEALED else None,
        )

    def __str__(self) -> str:
        """Give it as it may be shown."""
        return self.path or f"{self.host}:{self.port}"

    def greeting(self) -> tuple[tuple[str, ...], ...]:
        """Give the commands that every connection begins with, their order included."""
        who = (self.username, self.password) if self.username else (self.password,)
        login = (("AUTH", *who),) if self.password else ()
        choice = (("SELECT", str(self.number)),) if self.number else ()
        return (*login, *choice, ("PING",))


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
    if options.get("ssl_cert_reqs") == "none":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate := options.get("ssl_certfile"):
        context.load_cert_chain(certificate, options.get("ssl_keyfile"))
    return context
