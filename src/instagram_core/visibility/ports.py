"""Where the facts come from."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.visibility.model import Sight


class SightReader(Protocol):
    """Reads what the policy needs, for many people at once."""

    @abstractmethod
    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        """Give the view of each owner in one round trip, read in one consistent snapshot.

        Unknown and deleted owners are absent; suspended ones are there and not active.
        """
