"""The contracts of what every capability shares: time, ids, transactions, outbox, counters."""

from instagram_core.testing.contracts.kernel.clock import ClockContract
from instagram_core.testing.contracts.kernel.counters import CounterRepairContract
from instagram_core.testing.contracts.kernel.ids import IdGeneratorContract
from instagram_core.testing.contracts.kernel.outbox import OutboxContract
from instagram_core.testing.contracts.kernel.transaction import TransactionContract

__all__ = [
    "ClockContract",
    "CounterRepairContract",
    "IdGeneratorContract",
    "OutboxContract",
    "TransactionContract",
]
