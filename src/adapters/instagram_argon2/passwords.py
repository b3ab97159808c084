"""`PasswordHasher` over libargon2; the work runs in a few threads."""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher as Argon2
from argon2 import Type
from argon2.exceptions import HashingError, InvalidHashError, VerificationError

from instagram_core.accounts.ports import PasswordHasher
from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable

T = TypeVar("T")

_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32


class Argon2PasswordHasher(PasswordHasher):
    """argon2id with 19 MiB, two passes and one lane: OWASP's advice, about 25 ms of one core.

    The low-memory setting of RFC 9106 (64 MiB, 3 passes, 4 lanes) costs seven times that. Sign-ins
    share small machines with everybody's feed: two at a time then would take all of both cores and
    128 MiB. Whoever has more gives more; old hashes are made anew at the next sign-in.
    """

    def __init__(
        self, *, memory_kib: int = 19 * 1024, passes: int = 2, lanes: int = 1, threads: int = 2
    ) -> None:
        """Set the work of one hash, and how many are made at a time."""
        self._argon2 = Argon2(
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=lanes,
            hash_len=_DIGEST_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        # Nobody's hash: whatever the password, it takes the same work and never fits.
        self._nobody = (
            f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}"
            f"${_random(_SALT_BYTES)}${_random(_DIGEST_BYTES)}"
        )
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._is_closed = False

    async def close(self) -> None:
        """End the use, when the hashes under way are made. Twice is fine."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)

    async def hash(self, password: str) -> str:
        """Give the hash in PHC string format."""
        return await self._run(lambda: self._argon2.hash(_bytes(password)))

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Check the password against the hash, or against nobody's where there is none."""
        return await self._run(lambda: self._verified(password, hashed))

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether the settings are others than this hasher's, or the hash is broken."""
        try:
            return self._argon2.check_needs_rehash(hashed)
        except InvalidHashError:
            return True

    def _verified(self, password: str, hashed: str | None) -> bool:
        given = _bytes(password)
        for candidate in (hashed, self._nobody):
            # A hash that cannot be read costs nothing, so nobody's is checked as well.
            if candidate is not None:
                with contextlib.suppress(InvalidHashError):
                    return self._fits(candidate, given)
        return False

    def _fits(self, hashed: str, given: bytes) -> bool:
        try:
            return self._argon2.verify(hashed, given)
        except VerificationError:
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._is_closed:
            raise AdapterClosed("the password hasher is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except HashingError as error:
            raise AdapterUnavailable("there is no memory to hash a password") from error


def _bytes(password: str) -> bytes:
    # A lone surrogate is text too, and must not end in an error.
    return password.encode(errors="surrogatepass")


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
