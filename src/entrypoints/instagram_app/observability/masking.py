"""What never stands in a log: passwords, tokens, keys, cookies."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

MASK: Final = "***"

SECRET_FIELDS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "cookies",
        "instagram_session",
        "key",
        "password",
        "password_hash",
        "secret",
        "secret_key",
        "set-cookie",
        "set_cookie",
        "signature",
        "token",
        "token_hash",
    }
)
"""Fields whose values are masked, whatever they hold."""

_PATTERNS: Final = (
    # a scheme and its credentials
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s,;\"']+"), rf"\1 {MASK}"),
    # the session cookie
    (re.compile(r"instagram_session=[^\s;,\"']+"), f"instagram_session={MASK}"),
    # the password of an address: everything up to the last @ before a space or quote
    (re.compile(r"://([^\s:/@'\"]*):[^\s'\"]*@"), rf"://\1:{MASK}@"),
    # key words of libpq, and query parameters
    (re.compile(r"(?i)\b(password|secret|token)=('[^']*'|[^\s&'\"]+)"), rf"\1={MASK}"),
    # signatures of media addresses
    (re.compile(r"([?&]s)=[A-Za-z0-9_-]+"), rf"\1={MASK}"),
    # session tokens: 64 URL-safe letters
    (re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{64}(?![A-Za-z0-9_-])"), MASK),
)


def mask_text(text: str) -> str:
    """Give a text without the secrets that can be told by their form."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def mask_value(value: object) -> object:
    """Give a value without secrets, inside mappings and lists too."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {key: _field(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(inner) for inner in value]
    return value


def mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Give an event of the log without secrets; a processor of structlog."""
    return {key: _field(key, value) for key, value in event.items()}


def _field(name: str, value: object) -> object:
    return MASK if name.lower() in SECRET_FIELDS else mask_value(value)
