"""Affinities in PostgreSQL keep their contract."""

from instagram_core.testing.contracts.feed import AffinitiesContract
from tests.contract.postgres.opening import OnOther, OnWheel


class TestAffinitiesOnWheel(OnWheel, AffinitiesContract):
    pass


class TestAffinitiesOnOther(OnOther, AffinitiesContract):
    pass
