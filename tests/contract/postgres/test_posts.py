"""The posts in PostgreSQL keep their contracts."""

from instagram_core.testing.contracts.posts import (
    PostProcessingContract,
    PostRepositoryContract,
    ViewerStateContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestPostRepositoryOnWheel(OnWheel, PostRepositoryContract):
    pass


class TestPostRepositoryOnOther(OnOther, PostRepositoryContract):
    pass


class TestPostProcessingOnWheel(OnWheel, PostProcessingContract):
    pass


class TestPostProcessingOnOther(OnOther, PostProcessingContract):
    pass


class TestViewerStateOnWheel(OnWheel, ViewerStateContract):
    pass


class TestViewerStateOnOther(OnOther, ViewerStateContract):
    pass
