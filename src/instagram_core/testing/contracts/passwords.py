"""The contract of password hashing: right, salted, slow for everybody alike."""

import asyncio
import statistics
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable

import pytest

from instagram_core.accounts.ports import PasswordHasher
from instagram_core.testing.lifecycle import LifecycleContract

PASSWORDS = {
    "plain": "correct horse battery staple",
    "empty": "",
    "spaces": "  lead and trail  ",
    "long": "a" * 1023 + "b",
    "beyond latin": "пароль 密码 🗝️ \u202eכך",
    "with NUL": "before\0after",
    "lone surrogate": "half\ud83d",
}

ALIKE = [
    ("Password", "password", "case counts"),
    ("password", "password ", "spaces count"),
    ("a" * 1023 + "b", "a" * 1023 + "c", "the last of 1,024 characters counts"),
    ("before\0after", "before\0other", "what follows a NUL counts"),
    ("caf\u00e9", "cafe\u0301", "passwords are taken as they are typed"),
    ("half\ud83d", "half\ud83e", "no character is lost"),
]


class PasswordHasherContract(LifecycleContract[PasswordHasher]):
    """What every `PasswordHasher` does."""

    @abstractmethod
    async def outdated(self, password: str) -> str:
        """Give a hash of the same kind that was made with other settings."""
        raise NotImplementedError

    async def touch(self, subject: PasswordHasher) -> object:
        """Check a password of nobody."""
        return await subject.verify("password", None)

    @pytest.mark.parametrize("kind", PASSWORDS)
    async def test_the_right_password_is_recognised(
        self, hasher: PasswordHasher, kind: str
    ) -> None:
        """Any text is a password, and none says anything about another."""
        hashed = await hasher.hash(PASSWORDS[kind])
        assert await hasher.verify(PASSWORDS[kind], hashed) is True
        assert await hasher.verify(PASSWORDS[kind] + "x", hashed) is False

    async def test_similar_passwords_are_others(self, hasher: PasswordHasher) -> None:
        """Nothing is cut off, folded or normalised."""
        broken = [
            rule
            for password, other, rule in ALIKE
            if await hasher.verify(other, await hasher.hash(password))
        ]
        assert broken == []

    async def test_no_two_hashes_are_the_same(self, hasher: PasswordHasher) -> None:
        """Equal passwords of two people cannot be told; both are recognised."""
        first, second = [await hasher.hash("password") for _ in range(2)]
        assert first != second, "no salt"
        assert await hasher.verify("password", first)
        assert await hasher.verify("password", second)

    async def test_a_hash_does_not_show_its_password(self, hasher: PasswordHasher) -> None:
        """It is text for a database: ASCII, on one line, without the password in it."""
        hashed = await hasher.hash("open sesame")
        assert "open sesame" not in hashed
        assert hashed.isascii()
        assert hashed.isprintable()
        assert len(hashed) <= 255

    async def test_nobody_has_a_password(self, hasher: PasswordHasher) -> None:
        """None never fits, whatever is tried."""
        tried = ["", "password", "None"]
        assert [await hasher.verify(password, None) for password in tried] == [False] * 3

    async def test_a_broken_hash_never_fits(self, hasher: PasswordHasher) -> None:
        """It is no error: cut off, of another kind, or not a hash at all."""
        hashed = await hasher.hash("password")
        broken = ["", "password", hashed[:-4], hashed[1:], hashed[: len(hashed) // 2], "$", "$$$$$"]
        fits = [await hasher.verify("password", text) for text in broken]
        assert [False] * len(broken) == fits

    async def test_a_broken_hash_is_made_anew(self, hasher: PasswordHasher) -> None:
        """It was not made with today's settings."""
        assert hasher.needs_rehash("broken")

    async def test_a_fresh_hash_is_kept(self, hasher: PasswordHasher) -> None:
        """It was made with today's settings."""
        assert not hasher.needs_rehash(await hasher.hash("password"))

    async def test_an_outdated_hash_fits_and_is_made_anew(self, hasher: PasswordHasher) -> None:
        """People sign in with it once more."""
        outdated = await self.outdated("password")
        assert hasher.needs_rehash(outdated)
        assert await hasher.verify("password", outdated)
        assert not await hasher.verify("Password", outdated)

    async def test_nobody_takes_the_work_of_somebody(self, hasher: PasswordHasher) -> None:
        """Unknown names, wrong and right passwords cannot be told by time."""
        hashed = await hasher.hash("password")
        right = await _work(lambda: hasher.verify("password", hashed))
        wrong = await _work(lambda: hasher.verify("other", hashed))
        nobody = await _work(lambda: hasher.verify("other", None))
        assert right / 2 < nobody < right * 2, "an unknown name can be told by time"
        assert right / 2 < wrong < right * 2, "a wrong password can be told by time"

    async def test_the_loop_turns_while_a_hash_is_made(self, hasher: PasswordHasher) -> None:
        """Others are served meanwhile."""
        making = asyncio.create_task(hasher.hash("password"))
        await asyncio.sleep(0)
        turns = 0
        while not making.done() and turns < 3:
            await asyncio.sleep(0)
            turns += 1
        assert turns == 3, "the event loop stood still"
        await making

    async def test_many_at_once_are_all_answered_right(self, hasher: PasswordHasher) -> None:
        """Nobody gets another's answer."""
        hashes = await asyncio.gather(*(hasher.hash(f"password {n}") for n in range(6)))
        fits = await asyncio.gather(
            *(hasher.verify(f"password {n}", one) for n in range(6) for one in hashes)
        )
        assert [n == m for n in range(6) for m in range(6)] == fits


async def _work(call: Callable[[], Awaitable[object]]) -> float:
    """Give the seconds of processor that a call takes, in the middle of several."""
    seconds = []
    for _ in range(7):
        before = time.process_time()
        await call()
        seconds.append(time.process_time() - before)
    return statistics.median(seconds)
