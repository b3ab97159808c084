"""The relational family in PostgreSQL keeps its contract as a whole."""

from instagram_core.testing.contracts.relational import RelationalFamilyContract
from tests.contract.postgres.opening import OnOther, OnWheel


class TestRelationalFamilyOnWheel(OnWheel, RelationalFamilyContract):
    pass


class TestRelationalFamilyOnOther(OnOther, RelationalFamilyContract):
    pass
