"""What feeds do at once when something they rest on has changed, and do again by a job."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import attrs

from instagram_core.accounts.events import (
    AccountDeleted,
    PrivacyChanged,
    ProfileChanged,
    StandingChanged,
)
from instagram_core.accounts.model import UserId
from instagram_core.feed.policy import name_of_author, name_of_reader
from instagram_core.feed.ports import FeedCache, TimelineStore
from instagram_core.graph.events import Blocked, Followed, MuteChanged, Unblocked, Unfollowed
from instagram_core.kernel.errors import AdapterError
from instagram_core.kernel.events import Event
from instagram_core.kernel.reactions import Reactions
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.posts.events import PostDeleted, PostEdited


@attrs.frozen
class _Effect:
    """Whose timelines go, and whose pages hold no longer."""

    readers: tuple[UserId, ...] = ()
    """Their home holds other people than before: timeline and pages go."""
    actors: tuple[UserId, ...] = ()
    """They did something that their own pages show."""
    authors: tuple[UserId, ...] = ()
    """They, or their posts, look otherwise to everybody."""


class FeedReactions(Reactions):
    """Drops timelines instead of patching them, and lets pages know that they hold no longer."""

    def __init__(self, *, timelines: TimelineStore, cache: FeedCache) -> None:
        """Work on these."""
        self._timelines = timelines
        self._cache = cache

    async def to(self, *events: Event) -> None:
        """React at once; where a store is away the job will."""
        with suppress(AdapterError):
            await self.apply(*events)

    async def apply(self, *events: Event) -> None:
        """React, in one round trip. Idempotent. AdapterUnavailable: some of it may be done."""
        effects = [_effect(event) for event in events]
        readers = [reader for effect in effects for reader in effect.readers]
        names = {name for effect in effects for name in _names(effect)}
        if readers:
            # First the timelines: a page that was made meanwhile is void in any case.
            await asyncio.gather(self._timelines.drop(readers), self._cache.bump(names))
        elif names:
            await self._cache.bump(names)


def _names(effect: _Effect) -> Iterable[str]:
    yield from map(name_of_reader, (*effect.readers, *effect.actors))
    yield from map(name_of_author, effect.authors)


def _effect(event: Event) -> _Effect:
    find = _EFFECTS.get(type(event))
    return _Effect() if find is None else find(event)


def _of_reader(event: Followed | Unfollowed) -> _Effect:
    return _Effect(readers=(event.follower_id,))


def _of_both(event: Blocked | Unblocked) -> _Effect:
    return _Effect(readers=(event.blocker_id, event.blocked_id))


def _of_actor(event: PostLiked | PostUnliked) -> _Effect:
    return _Effect(actors=(event.user_id,))


def _of_author(event: PostEdited | PostDeleted) -> _Effect:
    return _Effect(authors=(event.author_id,))


def _of_account(
    event: PrivacyChanged | ProfileChanged | StandingChanged | AccountDeleted,
) -> _Effect:
    return _Effect(authors=(event.user_id,))


def _of_mute(event: MuteChanged) -> _Effect:
    return _Effect(readers=(event.owner_id,))


_EFFECTS: Final[Mapping[type[Event], Callable[[Any], _Effect]]] = {
    Followed: _of_reader,
    Unfollowed: _of_reader,
    MuteChanged: _of_mute,
    Blocked: _of_both,
    Unblocked: _of_both,
    PostLiked: _of_actor,
    PostUnliked: _of_actor,
    PostEdited: _of_author,
    PostDeleted: _of_author,
    PrivacyChanged: _of_account,
    ProfileChanged: _of_account,
    StandingChanged: _of_account,
    AccountDeleted: _of_account,
}
