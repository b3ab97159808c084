"""Blocking people."""

from instagram_core.accounts.model import UserId
from instagram_core.graph.errors import NotListedError
from instagram_core.graph.events import Blocked, Unblocked
from instagram_core.graph.policy import checked_other
from instagram_core.graph.ports import BlockRepository
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.reactions import Reactions


class Blocking:
    """Keeps two people out of each other's sight."""

    def __init__(self, *, blocks: BlockRepository, clock: Clock, reactions: Reactions) -> None:
        """Work on these."""
        self._blocks = blocks
        self._clock = clock
        self._reactions = reactions

    async def block(self, blocker: UserId, blocked: UserId) -> None:
        """Block somebody. Idempotent; the blocked person is not told.

        - Follows, requests, close friendship and mutes between the two end, and their likes on
          each other's posts are deleted.
        - Oneself: InvalidError. Nobody of that id: UserNotFound.
        """
        checked_other(blocker, blocked)
        event = Blocked(blocker_id=blocker, blocked_id=blocked)
        if await self._blocks.block(event, to_milliseconds(self._clock.now())):
            await self._reactions.to(event)

    async def unblock(self, blocker: UserId, blocked: UserId) -> None:
        """Lift a block; nothing comes back by itself. NotListedError when there was none."""
        event = Unblocked(blocker_id=blocker, blocked_id=checked_other(blocker, blocked))
        if not await self._blocks.unblock(event):
            raise NotListedError
        await self._reactions.to(event)
