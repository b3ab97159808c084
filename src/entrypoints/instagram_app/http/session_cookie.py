"""Where a session token travels: in a cookie, or as a bearer token."""

from typing import Final

from sanic import Request

NAME: Final = "instagram_session"
_KEPT_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers allow: the session itself ends 24 hours after its last use."""


def token_of(request: Request) -> tuple[str | None, bool]:
    """Give a request's token, and whether it came by cookie; a bearer token goes first."""
    scheme, _, token = request.headers.getone("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), False
    for line in request.headers.getall("cookie", ()):
        for pair in line.split(";"):
            name, _, value = pair.partition("=")
            if name.strip() == NAME:
                return value.strip().strip('"'), True
    return None, False


def setting(token: str, *, is_secure: bool) -> str:
    """Give the `Set-Cookie` that signs a browser in."""
    return _cookie(token, _KEPT_SECONDS, is_secure=is_secure)


def removing(*, is_secure: bool) -> str:
    """Give the `Set-Cookie` that makes a browser forget the session."""
    return _cookie("", 0, is_secure=is_secure)


def _cookie(value: str, seconds: int, *, is_secure: bool) -> str:
    secure = "; Secure" if is_secure else ""
    return f"{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
