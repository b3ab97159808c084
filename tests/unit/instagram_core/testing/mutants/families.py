"""Wrong families: each port may be right, together they are not."""

from typing import Any

from instagram_core.memory.database import Database
from instagram_core.memory.relational import in_memory_family
from instagram_core.testing.contracts.relational import RelationalFamilyContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants
from tests.unit.instagram_core.testing.mutants.idempotency import KeysDoNotWait
from tests.unit.instagram_core.testing.mutants.kernel import TransactionForgetsInnerErrors

schedules = Mutants(RelationalFamilyContract, "schedule")
sessions = Mutants(RelationalFamilyContract, "sessions")
transactions = Mutants(RelationalFamilyContract, "transaction")
keys = Mutants(RelationalFamilyContract, "idempotency")
blocks = Mutants(RelationalFamilyContract, "blocks")


class _Elsewhere(Around):
    """Keeps its rows in another store than the rest of the family."""

    port = ""

    def __init__(self, right: Any) -> None:
        database = right._database
        another = Database(database._clock, database._ids)
        super().__init__(getattr(in_memory_family(another), self.port))

    def __call__(self) -> Any:
        return self.right()


@schedules.caught_by("test_every_repository_rolls_back_together")
class FamilyStrikesElsewhere(_Elsewhere):
    """Remembers a slot whose job was rolled back."""

    port = "schedule"


@transactions.caught_by("test_every_repository_rolls_back_together")
class FamilyCommitsElsewhere(_Elsewhere):
    """Opens transactions on a store that no repository uses."""

    port = "transaction"


@sessions.caught_by("test_every_repository_commits_together")
class FamilyLosesSessions(Around):
    """Stores nothing in a transaction."""

    async def add(self, session: Any) -> None:
        if self.right._database._joined() is None:
            await self.right.add(session)


transactions.caught_by("test_a_doomed_transaction_stores_nothing")(TransactionForgetsInnerErrors)
keys.caught_by("test_two_requests_of_one_key_have_one_effect")(KeysDoNotWait)


@blocks.caught_by("test_effects_cross_the_repositories")
class FamilyBlocksWithoutEffect(Around):
    """Stores a block and ends nothing."""

    async def block(self, blocked: Any, at: int) -> bool:
        async with self.tables() as tables:
            tables.blocks[blocked.blocker_id, blocked.blocked_id] = at
        return True


FAMILIES = (blocks, keys, schedules, sessions, transactions)
