"""Passwords hashed by the standard library."""

import asyncio
import base64
import binascii
import hashlib
import secrets

import attrs

from instagram_core.accounts.ports import PasswordHasher
from instagram_core.memory.closing import Closable

_SALT_BYTES = 16
_DIGEST_BYTES = 32


@attrs.frozen(kw_only=True)
class _Hash:
    """`scrypt$cost$blocks$lanes$salt$digest`, numbers in decimal, bytes in base64."""

    cost: int
    blocks: int
    lanes: int
    salt: bytes
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> "_Hash | None":
        try:
            name, cost, blocks, lanes, salt, digest = text.split("$")
            parsed = cls(
                cost=int(cost),
                blocks=int(blocks),
                lanes=int(lanes),
                salt=base64.b64decode(salt, validate=True),
                digest=base64.b64decode(digest, validate=True),
            )
        except (ValueError, binascii.Error):
            return None
        return parsed if name == "scrypt" else None

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.cost}${self.blocks}${self.lanes}${salt}${digest}"

    def of(self, password: str) -> "_Hash":
        """Give the hash that a password has with this one's salt and settings."""
        digest = hashlib.scrypt(
            # A lone surrogate is text too, and must not end in an error.
            password.encode(errors="surrogatepass"),
            salt=self.salt,
            n=self.cost,
            r=self.blocks,
            p=self.lanes,
            maxmem=256 * self.cost * self.blocks * self.lanes,
            dklen=_DIGEST_BYTES,
        )
        return attrs.evolve(self, digest=digest)


class ScryptPasswordHasher(Closable, PasswordHasher):
    """scrypt (RFC 7914), by default with the 64 MiB that OWASP advises; tests take less."""

    def __init__(self, *, cost: int = 2**16, blocks: int = 8, lanes: int = 2) -> None:
        """Set the work: `cost` is a power of two, memory is 128 * cost * blocks bytes."""
        self._settings = (cost, blocks, lanes)

    async def hash(self, password: str) -> str:
        """Give a hash with a salt of its own."""
        self.check_open()
        return str(await asyncio.to_thread(self._blank().of, password))

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Compare in constant time; without a readable hash the work is done for nothing."""
        self.check_open()
        stored = None if hashed is None else _Hash.parse(hashed)
        try:
            given = await asyncio.to_thread((stored or self._blank()).of, password)
        except (ValueError, OverflowError, MemoryError):
            return False  # the settings of a broken hash
        return stored is not None and secrets.compare_digest(given.digest, stored.digest)

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether the settings are others than this hasher's."""
        stored = _Hash.parse(hashed)
        return stored is None or (stored.cost, stored.blocks, stored.lanes) != self._settings

    def _blank(self) -> _Hash:
        cost, blocks, lanes = self._settings
        salt = secrets.token_bytes(_SALT_BYTES)
        return _Hash(cost=cost, blocks=blocks, lanes=lanes, salt=salt, digest=b"")
