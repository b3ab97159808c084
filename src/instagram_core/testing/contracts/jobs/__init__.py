"""The contracts of work after the answer: the queue, the operator's ledger, the schedules."""
