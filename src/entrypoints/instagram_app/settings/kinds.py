"""What the text of a setting may be, in words and as code."""

import ipaddress
import math
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

import attrs

from instagram_app.settings.values import HostPort, Network, Rate

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_FACTORY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_HIGHEST_PORT = 65535
_SHORTEST_SECRET = 16
_NONE = "none"
_SWITCH = {"on": True, "off": False}
_PASSWORD = re.compile(r"(?<=://)([^:/@]*:).*(?=@)|(?<=password=)[^&]*", re.IGNORECASE)

MASK: Final = "***"


@attrs.frozen
class Kind(Generic[T]):
    """A family of values: how people may write one, how it is read, how it is shown again."""

    allowed: str
    read: Callable[[str], T]
    """Gives the value of a text; ValueError when it is not allowed."""
    show: Callable[[T], str] = str
    mask: Callable[[str], str] = lambda _: MASK
    """What may be shown of a secret value."""


def text(allowed: str = "any text without line breaks") -> Kind[str]:
    """Give the kind that takes a text as it is."""
    return Kind(allowed, _printable)


def secret() -> Kind[str]:
    """Give the kind of secrets that keys are made of."""

    def read(value: str) -> str:
        return _checked(_printable(value), len(value.encode()) >= _SHORTEST_SECRET)

    return Kind(f"at least {_SHORTEST_SECRET} characters without line breaks", read)


def whole(least: int, most: int) -> Kind[int]:
    """Give the kind of whole numbers between two bounds, both included."""

    def read(value: str) -> int:
        _checked(value, _WHOLE.fullmatch(value) is not None)
        return _checked(int(value), least <= int(value) <= most)

    return Kind(f"a whole number from {least} to {most}", read)


def decimal(least: float, most: float) -> Kind[float]:
    """Give the kind of numbers with a fraction between two bounds, both included."""

    def read(value: str) -> float:
        _checked(value, _DECIMAL.fullmatch(value) is not None)
        return _checked(float(value), least <= float(value) <= most)

    def show(value: float) -> str:
        return f"{value:.6f}".rstrip("0").rstrip(".")

    return Kind(f"a number from {least:g} to {most:g}, such as 0.5", read, show)


def seconds() -> Kind[float]:
    """Give the kind of durations: above zero, up to an hour, fractions allowed."""
    longest = 3600

    def read(value: str) -> float:
        number = float(value)
        return _checked(number, math.isfinite(number) and 0 < number <= longest)

    return Kind(f"seconds above 0, up to {longest}, such as 2 or 0.5", read, "{:g}".format)


def switch() -> Kind[bool]:
    """Give the kind of things that are on or off."""

    def read(value: str) -> bool:
        _checked(value, value in _SWITCH)
        return _SWITCH[value]

    return Kind("on or off", read, lambda value: "on" if value else "off")


def choice(options: type[E]) -> Kind[E]:
    """Give the kind of an enumeration's words."""
    return Kind(_either(options), options)


def rate() -> Kind[Rate]:
    """Give the kind of limits."""

    def read(value: str) -> Rate:
        attempts, per = _match(_RATE, value)
        return Rate(int(attempts), int(per))

    return Kind("attempts/seconds, such as 30/3600", read)


def folder() -> Kind[Path]:
    """Give the kind of directories: made absolute, `~` understood."""

    def read(value: str) -> Path:
        return Path(_printable(value)).expanduser().absolute()

    return Kind("a directory", read)


def address(*schemes: str) -> Kind[str]:
    """Give the kind of server addresses with one of `schemes`."""

    def read(value: str) -> str:
        parts = urlsplit(_printable(value))
        has_place = bool(parts.hostname) or parts.scheme == "unix" or _is_socket(parts.query)
        _ = parts.port  # raises ValueError for what is no port
        return _checked(value, parts.scheme in schemes and has_place)

    allowed = "an address that starts with " + _either(f"{one}://" for one in schemes)
    return Kind(allowed, read, mask=without_password)


def without_password(address: str) -> str:
    """Give an address as it may be shown."""
    return _PASSWORD.sub(lambda found: f"{found[1] or ''}{MASK}", address)


def origin() -> Kind[str]:
    """Give the kind of web origins: scheme, host and port, nothing behind them."""

    def read(value: str) -> str:
        parts = urlsplit(_printable(value).rstrip("/"))
        _ = parts.port
        is_bare = parts.username is None and not (parts.path or parts.query or parts.fragment)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        return _checked(f"{parts.scheme}://{parts.netloc}", is_web and is_bare)

    return Kind("http:// or https:// with a host and perhaps a port, nothing behind", read)


def networks() -> Kind[tuple[Network, ...]]:
    """Give the kind of lists of IP networks."""

    def read(value: str) -> tuple[Network, ...]:
        if value == _NONE:
            return ()
        return tuple(ipaddress.ip_network(part) for part in _parts(value))

    allowed = f"networks separated by commas, such as 10.0.0.0/8,::1, or {_NONE}"
    return Kind(allowed, read, lambda found: _join(found) or _NONE)


def hosts(default_port: int) -> Kind[tuple[HostPort, ...]]:
    """Give the kind of lists of servers."""

    def read(value: str) -> tuple[HostPort, ...]:
        return tuple(_host_port(part, default_port) for part in _parts(value))

    return Kind("host:port separated by commas", read, _join)


def adapter(*names: str) -> Kind[str]:
    """Give the kind of adapter choices: a name of ours, or a factory of one's own."""

    def read(value: str) -> str:
        return _checked(value, value in names or _FACTORY.fullmatch(value) is not None)

    return Kind(f"{', '.join(names)} or package.module:factory", read)


def _host_port(part: str, default_port: int) -> HostPort:
    parts = urlsplit(f"//{part}")
    port = default_port if parts.port is None else parts.port
    is_bare = parts.netloc == part and parts.username is None
    host = parts.hostname or ""
    return _checked(HostPort(host, port), is_bare and bool(host) and 0 < port <= _HIGHEST_PORT)


def _parts(value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",")]
    return _checked(parts, all(parts))


def _join(values: Iterable[object]) -> str:
    return ",".join(str(value) for value in values)


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _is_socket(query: str) -> bool:
    return any(part.startswith("host=") for part in query.split("&"))


def _match(pattern: re.Pattern[str], value: str) -> tuple[str, ...]:
    found = pattern.fullmatch(value)
    if found is None:
        raise ValueError
    return found.groups()


def _printable(value: str) -> str:
    return _checked(value, bool(value.strip()) and not re.search(r"[\0\r\n]", value))


def _checked(value: T, is_allowed: bool) -> T:  # noqa: FBT001 - reads as an assertion
    if not is_allowed:
        raise ValueError
    return value
