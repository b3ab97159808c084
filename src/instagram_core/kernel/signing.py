"""Short signatures under keys that one secret yields, a key a purpose."""

import hashlib
import hmac
from typing import ClassVar


class Signer:
    """Signs with HMAC-SHA256, cut to 128 bits; each purpose has a key of its own (HKDF-like)."""

    MINIMUM_SECRET: ClassVar[int] = 16
    SIZE: ClassVar[int] = 16

    def __init__(self, secret: bytes) -> None:
        """Derive every key from `secret`; ValueError when it is under 16 bytes."""
        if len(secret) < self.MINIMUM_SECRET:
            msg = f"the secret needs at least {self.MINIMUM_SECRET} bytes"
            raise ValueError(msg)
        self._secret = secret
        self._keys: dict[str, bytes] = {}

    def sign(self, purpose: str, *parts: bytes) -> bytes:
        """Give 16 bytes over `parts`; their boundaries count, so ("ab", "c") is not ("a", "bc")."""
        message = b"".join([len(part).to_bytes(4) + part for part in parts])
        return hmac.digest(self._key(purpose), message, hashlib.sha256)[: self.SIZE]

    def verify(self, signature: bytes, purpose: str, *parts: bytes) -> bool:
        """Tell, in constant time, whether `signature` is the one `sign` gives."""
        return hmac.compare_digest(signature, self.sign(purpose, *parts))

    @staticmethod
    def same(one: bytes, other: bytes) -> bool:
        """Tell, in constant time, whether two signatures are equal."""
        return hmac.compare_digest(one, other)

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._keys:  # purposes are words of the program: a handful
            self._keys[purpose] = hmac.digest(self._secret, purpose.encode(), hashlib.sha256)
        return self._keys[purpose]
