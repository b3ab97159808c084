"""What names, addresses, passwords and profile texts may be."""

import re
from typing import Final
from urllib.parse import urlsplit

from instagram_core.accounts.model import Account, User
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.text import checked_text

_USERNAME = re.compile(r"[a-z0-9_.]+")
_EMAIL_LETTER = r"[^\s@<>(),;:\"\[\]\\.]"
_EMAIL = re.compile(rf"({_EMAIL_LETTER}|\.)+@{_EMAIL_LETTER}+(\.{_EMAIL_LETTER}+)+")

RESERVED_USERNAMES: Final = frozenset(
    """about account accounts admin administrator api app auth blog conversations deleted docs
    events everyone explore feed help highlights instagram legal livez login logout media me
    messages metrics moderator notifications null official openapi posts privacy readyz reels
    register root search security settings staff static stories support system terms undefined
    users web ws www""".split()  # noqa: SIM905 - a list of a hundred quotes reads worse
)
"""Names that could be taken for the system itself or for one of its paths."""


def checked_username(text: str) -> str:
    """Give the name with capitals folded; InvalidError when it breaks a rule.

    3 to 30 of a-z, 0-9, `_` and `.`; no dot at either end, no two in a row; not reserved; not the
    form of an id, so that a path never means two people.
    """
    name = text.lower() if text.isascii() else text
    if not _USERNAME.fullmatch(name):
        raise InvalidError("username", "may contain only letters a-z, digits, underscore and dot")
    if not User.USERNAME_SHORTEST <= len(name) <= User.USERNAME_LONGEST:
        raise InvalidError("username", "must have 3 to 30 characters")
    if name.startswith(".") or name.endswith(".") or ".." in name:
        raise InvalidError("username", "must not start or end with a dot or contain two in a row")
    if name in RESERVED_USERNAMES:
        raise InvalidError("username", "is reserved")
    return name


def checked_email(text: str) -> str:
    """Give the address as written; InvalidError when it cannot be one."""
    checked_text("email", text, longest=Account.EMAIL_LONGEST)
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise InvalidError("email", "must be an e-mail address")
    return text


def checked_password(text: str, field: str = "password") -> str:
    """Give the password as written; InvalidError when it is too short or too long."""
    return checked_text(
        field, text, shortest=Account.PASSWORD_SHORTEST, longest=Account.PASSWORD_LONGEST
    )


def checked_display_name(text: str) -> str:
    """Give the name as written; InvalidError when it is too long or blank."""
    checked_text("display_name", text, longest=User.DISPLAY_NAME_LONGEST)
    if not text.strip():
        raise InvalidError("display_name", "must not be blank")
    return text


def checked_bio(text: str) -> str:
    """Give the text as written; InvalidError when it is too long."""
    return checked_text("bio", text, longest=User.BIO_LONGEST)


def checked_website(text: str) -> str:
    """Give the address as written, or nothing; InvalidError unless it is http or https."""
    checked_text("website", text, longest=User.WEBSITE_LONGEST)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or not text.isprintable() or any(mark in text for mark in ' "<>\\'):
        raise InvalidError("website", "must be an http or https address")
    return text
