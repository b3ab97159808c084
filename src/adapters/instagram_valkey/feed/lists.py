"""Capped lists of entries on Valkey: each is absent, then being rebuilt, then finished."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, RebuildToken, TimelineWindow
from instagram_core.kernel.paging import Position
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.entries import floor_of, member_of, members_of, point_of, window_of
from instagram_valkey.scripts import Script

_FORGOTTEN_AT_ONCE: Final = 500


def list_script(name: str) -> Script:
    """Give one of the scripts that work on lists."""
    body = Script.named("feed/order").body + Script.named(f"feed/{name}").body
    return Script(body, hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest())


class CappedLists:
    """The lists of one kind, one an owner; two handles with one client's prefix share them.

    Each is a Valkey list of 38-byte members, oldest first, whose first one is the floor: 42 bytes
    an entry, where a sorted set takes 144, and three times as quick to add to. The keys share a
    hash tag, because one script works on many: in a cluster all are in one slot.
    """

    def __init__(
        self,
        client: ValkeyClient,
        kind: str,
        *,
        cap: int,
        lifetime_seconds: float,
        rebuild_seconds: float,
    ) -> None:
        """Keep `cap` entries an owner, a finished list and a rebuild for so many seconds."""
        self._client = client
        self._prefix = client.key("{feed}", kind, "")
        self._cap = cap
        self._lifetime = round(lifetime_seconds * 1000)
        self._rebuild_lifetime = round(rebuild_seconds * 1000)
        self._push = list_script("push")
        self._window = list_script("window")
        self._begin = list_script("begin")
        self._finish = list_script("finish")
        self._remove = list_script("remove")

    async def push(self, entry: FeedEntry, owners: Iterable[UserId]) -> int:
        """Add an entry in one script; give how many lists took it."""
        keys = [self._key(owner) for owner in owners]
        taken: int = await self._client.run(self._push, keys, (member_of(entry), self._cap))
        return taken

    async def windows(
        self, owners: Sequence[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each finished list, in one script."""
        below = b"" if after is None else point_of(after)
        keys = [self._key(owner) for owner in owners]
        packed = await self._client.run(self._window, keys, (limit, below))
        return {
            owner: window_of(each)
            for owner, each in zip(owners, packed, strict=True)
            if each is not None
        }

    async def begin(self, owner: UserId) -> RebuildToken | None:
        """Start a rebuild, unless one is under way; a finished list is forgotten."""
        token = RebuildToken(secrets.token_hex(8))
        arguments = (token, self._rebuild_lifetime)
        has_begun = await self._client.run(self._begin, [self._key(owner)], arguments)
        return token if has_begun else None

    async def finish(
        self,
        owner: UserId,
        token: RebuildToken,
        entries: Iterable[FeedEntry],
        floor: Position | None,
    ) -> bool:
        """Keep the snapshot together with what was pushed meanwhile, if the token still holds."""
        snapshot = floor_of(floor), members_of(entries)
        arguments = (token, self._cap, self._lifetime, *snapshot)
        return bool(await self._client.run(self._finish, [self._key(owner)], arguments))

    async def remove(self, entry: FeedEntry, owner: UserId) -> None:
        """Remove an entry; a rebuild under way ends."""
        await self._client.run(self._remove, [self._key(owner)], (member_of(entry),))

    async def drop(self, owners: Iterable[UserId]) -> None:
        """Forget lists, and rebuilds under way."""
        keys = [self._key(owner) for owner in owners]
        for start in range(0, len(keys), _FORGOTTEN_AT_ONCE):
            await self._client.call("UNLINK", *keys[start : start + _FORGOTTEN_AT_ONCE])

    def _key(self, owner: UserId) -> str:
        return self._prefix + owner.hex
