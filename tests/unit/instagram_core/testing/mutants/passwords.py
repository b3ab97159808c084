"""Wrong hashers of passwords."""

import asyncio
import unicodedata
from typing import Any

from instagram_core.memory.passwords import ScryptPasswordHasher, _Hash
from instagram_core.testing.contracts.passwords import PasswordHasherContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

COST = 2**12

hashers = Mutants(PasswordHasherContract, right=lambda _: ScryptPasswordHasher(cost=COST))


class Changing(Around):
    """Takes another password than the one it is given."""

    def taken(self, password: str) -> str:
        raise NotImplementedError

    async def hash(self, password: str) -> str:
        hashed: str = await self.right.hash(self.taken(password))
        return hashed

    async def verify(self, password: str, hashed: str | None) -> bool:
        fits: bool = await self.right.verify(self.taken(password), hashed)
        return fits


@hashers.caught_by("test_similar_passwords_are_others")
class HasherCutsLongPasswords(Changing):
    """Looks at 72 characters, as bcrypt does."""

    def taken(self, password: str) -> str:
        return password[:72]


@hashers.caught_by("test_similar_passwords_are_others")
class HasherStopsAtNul(Changing):
    """Hands the password to a function of C."""

    def taken(self, password: str) -> str:
        return password.partition("\0")[0]


@hashers.caught_by("test_similar_passwords_are_others")
class HasherFoldsCase(Changing):
    """Takes capitals for small letters."""

    def taken(self, password: str) -> str:
        return password.lower()


@hashers.caught_by("test_similar_passwords_are_others")
class HasherNormalises(Changing):
    """Takes different ways to write an accent for one."""

    def taken(self, password: str) -> str:
        return unicodedata.normalize("NFC", password)


@hashers.caught_by("test_similar_passwords_are_others")
class HasherLosesCharacters(Changing):
    """Leaves out what it cannot encode."""

    def taken(self, password: str) -> str:
        return password.encode(errors="ignore").decode()


@hashers.caught_by("test_no_two_hashes_are_the_same")
class HasherHasNoSalt(Around):
    """Gives everybody with the same password the same hash."""

    async def hash(self, password: str) -> str:
        blank = _Hash(cost=COST, blocks=8, lanes=2, salt=b"pepper", digest=b"")
        return str(blank.of(password))


@hashers.caught_by("test_a_hash_does_not_show_its_password")
class HasherShowsThePassword(Around):
    """Keeps it beside the hash, to be of help."""

    async def hash(self, password: str) -> str:
        return f"{password}:{await self.right.hash(password)}"


@hashers.caught_by("test_nobody_takes_the_work_of_somebody")
class HasherAnswersForNobodyAtOnce(Around):
    """Spares itself the work when there is no hash."""

    async def verify(self, password: str, hashed: str | None) -> bool:
        return hashed is not None and await self.right.verify(password, hashed)


@hashers.caught_by("test_nobody_takes_the_work_of_somebody")
class HasherWorksForNobodyTwice(Around):
    """Makes a hash for nobody, and then checks it."""

    async def verify(self, password: str, hashed: str | None) -> bool:
        if hashed is None:
            for _ in range(3):
                hashed = await self.right.hash("nobody")
        fits: bool = await self.right.verify(password, hashed)
        return fits


@hashers.caught_by("test_nobody_has_a_password")
class HasherTakesNobodyForEmpty(Around):
    """Lets the empty password in where there is no hash."""

    async def verify(self, password: str, hashed: str | None) -> bool:
        fits: bool = await self.right.verify(password, hashed)
        return fits or (hashed is None and not password)


@hashers.caught_by("test_a_broken_hash_never_fits")
class HasherComparesWhatIsThere(Around):
    """Is content with the beginning of a hash."""

    async def verify(self, password: str, hashed: str | None) -> bool:
        fits: bool = await self.right.verify(password, hashed)
        return fits or (hashed is not None and len(hashed) < 70)


@hashers.caught_by("test_the_loop_turns_while_a_hash_is_made")
class HasherStopsTheWorld(Around):
    """Works in the event loop."""

    async def hash(self, password: str) -> str:
        return str(self.right._blank().of(password))


@hashers.caught_by("test_a_fresh_hash_is_kept")
class HasherIsNeverContent(Around):
    """Wants every hash made anew, so that each sign-in writes."""

    def needs_rehash(self, hashed: str) -> bool:
        return True


@hashers.caught_by("test_a_broken_hash_is_made_anew")
class HasherIsAlwaysContent(Around):
    """Keeps whatever is there."""

    def needs_rehash(self, hashed: str) -> bool:
        return False


@hashers.caught_by("test_many_at_once_are_all_answered_right")
class HasherMixesUpCallers(Around):
    """Keeps the password of the call under way in one place."""

    password = ""

    async def hash(self, password: str) -> str:
        self.password = password
        await asyncio.sleep(0)
        hashed: str = await self.right.hash(self.password)
        return hashed


@hashers.caught_by("test_cancellation_leaves_the_store_usable")
class HasherLocksItselfOut(Around):
    """Gives its only place back at the end alone."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.place = asyncio.Semaphore(1)

    async def verify(self, password: str, hashed: str | None) -> bool:
        await self.place.acquire()
        fits: bool = await self.right.verify(password, hashed)
        self.place.release()
        return fits
