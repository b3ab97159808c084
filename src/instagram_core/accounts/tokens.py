"""Session tokens: who, a secret, and a seal that is checked before any store is asked."""

import base64
import binascii
import hashlib
import secrets
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

from instagram_core.accounts.model import UserId
from instagram_core.kernel.signing import Signer


class SessionTokens:
    """Makes and reads tokens: 16 bytes of user id, 16 random, 16 of HMAC, as 64 URL-safe letters.

    The seal tells forgeries apart without a store, so nobody can spend another's limits. The
    stored form is a SHA-256 hash: who reads the database cannot sign in.
    """

    RANDOM: ClassVar[int] = 16
    LENGTH: ClassVar[int] = 64
    REMEMBERED: ClassVar[int] = 8192
    """Tokens whose seals were checked lately: whoever is here asks more than once."""

    def __init__(self, signer: Signer) -> None:
        """Seal with keys of `signer`."""
        self._signer = signer
        self._read = lru_cache(self.REMEMBERED)(self._owner)

    def issue(self, user: UserId) -> str:
        """Give a fresh token."""
        body = user.bytes + secrets.token_bytes(self.RANDOM)
        return base64.urlsafe_b64encode(body + self._signer.sign("session", body)).decode()

    def owner(self, token: str) -> UserId | None:
        """Give whom the token names; None when it is not one of ours."""
        if len(token) != self.LENGTH or not token.isascii():
            return None
        return self._read(token)

    def _owner(self, token: str) -> UserId | None:
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, seal = raw[: -Signer.SIZE], raw[-Signer.SIZE :]
        if not self._signer.verify(seal, "session", body):
            return None
        if base64.urlsafe_b64encode(raw).decode() != token:
            return None  # a second spelling of the same bytes
        return UserId(UUID(bytes=body[:16]))

    @staticmethod
    def digest(token: str) -> bytes:
        """Give what is stored in place of the token."""
        return hashlib.sha256(token.encode()).digest()
