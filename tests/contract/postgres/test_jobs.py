"""Jobs in PostgreSQL keep their contracts."""

from instagram_core.testing.contracts.jobs import (
    JobLedgerContract,
    JobQueueContract,
    ScheduleContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestJobQueueOnWheel(OnWheel, JobQueueContract):
    pass


class TestJobQueueOnOther(OnOther, JobQueueContract):
    pass


class TestJobLedgerOnWheel(OnWheel, JobLedgerContract):
    pass


class TestJobLedgerOnOther(OnOther, JobLedgerContract):
    pass


class TestScheduleOnWheel(OnWheel, ScheduleContract):
    pass


class TestScheduleOnOther(OnOther, ScheduleContract):
    pass
