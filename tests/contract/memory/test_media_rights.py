"""The in-memory rights of files keep their contract."""

from instagram_core.testing.contracts.media_rights import (
    MediaRightsReaderContract,
)
from tests.contract.memory.opening import InMemoryFamily


class TestInMemoryMediaRightsReader(InMemoryFamily, MediaRightsReaderContract):
    pass
