"""The views read from PostgreSQL keep their contract."""

from instagram_core.testing.contracts.visibility import (
    SightReaderContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestSightReaderOnWheel(OnWheel, SightReaderContract):
    pass


class TestSightReaderOnOther(OnOther, SightReaderContract):
    pass
