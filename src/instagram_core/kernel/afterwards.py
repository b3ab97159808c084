"""What waits for the end of a transaction before others are told of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, Final

import attrs

from instagram_core.kernel.events import Event
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction

Listener = Callable[..., Awaitable[None]]


@attrs.define(eq=False)
class _Kept:
    """What was told in the transaction under way, by listener, each piece of news once."""

    news: dict[Listener, dict[Hashable, None]] = attrs.field(factory=dict)
    is_over: bool = False
    """Tasks inherit the context of who made them, and may outlive the transaction."""


_kept: Final[ContextVar[_Kept | None]] = ContextVar("kept until afterwards", default=None)


class Afterwards(Transaction):
    """Opens transactions, and tells what was told in them when the outermost has ended.

    Also when it failed: the outcome of a commit may be unknown. So what listeners do has to be
    harmless where nothing happened, and they raise nothing.
    """

    def __init__(self, transaction: Transaction) -> None:
        """Open those of `transaction`."""
        self._transaction = transaction

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give the block."""
        return self._transaction() if self.is_inside else self._outermost()

    @property
    def is_inside(self) -> bool:
        """Tell whether a transaction is under way."""
        return _under_way() is not None

    async def tell(self, listener: Listener, *news: Hashable) -> None:
        """Call `listener` with all its news: now, or once when the outermost transaction ended."""
        kept = _under_way()
        if kept is None:
            await listener(*news)
        else:
            kept.news.setdefault(listener, {}).update(dict.fromkeys(news))

    @asynccontextmanager
    async def _outermost(self) -> AsyncIterator[None]:
        kept = _Kept()
        token = _kept.set(kept)
        try:
            async with self._transaction():
                yield
        finally:
            kept.is_over = True
            _kept.reset(token)
            for listener, news in kept.news.items():
                await listener(*news)


class ReactionsAfterwards(Reactions):
    """Reacts when the outermost transaction has ended; no fault of a reaction refuses a request."""

    def __init__(self, reactions: Reactions, afterwards: Afterwards) -> None:
        """Let `reactions` react."""
        self._reactions = reactions
        self._afterwards = afterwards

    async def to(self, *events: Event) -> None:
        """React now, or after the transaction under way, to all its events at once."""
        await self._afterwards.tell(self._react, *events)

    async def _react(self, *events: Event) -> None:
        try:
            await self._reactions.to(*events)
        except Exception as error:  # noqa: BLE001 - what happened is committed: it must be answered
            context: dict[str, Any] = {"message": "a reaction failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


def _under_way() -> _Kept | None:
    kept = _kept.get()
    return None if kept is None or kept.is_over else kept
