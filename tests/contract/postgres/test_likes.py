"""The likes in PostgreSQL keep their contract."""

from instagram_core.testing.contracts.likes import (
    LikeRepositoryContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestLikeRepositoryOnWheel(OnWheel, LikeRepositoryContract):
    pass


class TestLikeRepositoryOnOther(OnOther, LikeRepositoryContract):
    pass
