"""Muting people, and choosing close friends."""

from instagram_core.accounts.model import UserId
from instagram_core.graph.errors import NotListedError
from instagram_core.graph.events import MuteChanged
from instagram_core.graph.model import PersonalList
from instagram_core.graph.policy import checked_other
from instagram_core.graph.ports import PersonalListRepository
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.reactions import Reactions


class PersonalLists:
    """Keeps lists that nobody but their owner knows."""

    def __init__(
        self, *, lists: PersonalListRepository, clock: Clock, reactions: Reactions
    ) -> None:
        """Work on these."""
        self._lists = lists
        self._clock = clock
        self._reactions = reactions

    async def put(self, which: PersonalList, owner: UserId, member: UserId) -> None:
        """Add somebody; they are not told. Idempotent.

        Oneself: InvalidError. Somebody who is not there, or in a block with one: UserNotFound.
        """
        checked_other(owner, member)
        now = to_milliseconds(self._clock.now())
        event = _event(which, owner, member)
        if await self._lists.put(which, owner, member, now, event) and event is not None:
            await self._reactions.to(event)

    async def remove(self, which: PersonalList, owner: UserId, member: UserId) -> None:
        """Remove somebody; NotListedError when they were not on the list."""
        checked_other(owner, member)
        event = _event(which, owner, member)
        if not await self._lists.remove(which, owner, member, event):
            raise NotListedError
        if event is not None:
            await self._reactions.to(event)


def _event(which: PersonalList, owner: UserId, member: UserId) -> MuteChanged | None:
    if which is PersonalList.MUTES:
        return MuteChanged(owner_id=owner, member_id=member)
    return None
