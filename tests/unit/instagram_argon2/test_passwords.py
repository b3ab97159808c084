"""argon2id with the settings that were chosen, in few threads."""

import asyncio
import threading

import pytest

from instagram_argon2 import Argon2PasswordHasher


async def test_a_hash_says_how_it_was_made() -> None:
    """In the format that other programs read."""
    hashed = await Argon2PasswordHasher().hash("password")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_settings_are_a_choice() -> None:
    """A larger machine takes more, and then wants old hashes made anew."""
    old = Argon2PasswordHasher(memory_kib=64, passes=1)
    new = Argon2PasswordHasher(memory_kib=128, passes=3, lanes=2)
    hashed = await old.hash("password")

    assert "m=128,t=3,p=2" in await new.hash("password")
    assert new.needs_rehash(hashed)
    assert not old.needs_rehash(hashed)
    assert await new.verify("password", hashed)


async def test_no_more_than_two_are_made_at_a_time() -> None:
    """A storm of sign-ins takes bounded memory, and leaves a core to others."""
    before = {thread.ident for thread in threading.enumerate()}
    hasher = Argon2PasswordHasher(memory_kib=64, passes=1)
    await asyncio.gather(*(hasher.verify("password", None) for _ in range(30)))
    started = [thread for thread in threading.enumerate() if thread.ident not in before]
    await hasher.close()

    # One, where each is made before the next one is asked for.
    assert len(started) in {1, 2}
    assert {thread.name.partition("_")[0] for thread in started} == {"argon2"}


@pytest.mark.parametrize("kind", ["$argon2i$v=19$m=64,t=1,p=1", "$argon2d$v=19$m=64,t=1,p=1"])
async def test_a_hash_of_another_kind_is_made_anew(kind: str) -> None:
    """Only argon2id is today's."""
    assert Argon2PasswordHasher().needs_rehash(f"{kind}$c29tZXNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA")
