"""Capped lists of entries on Valkey: each is absent, then being rebuilt, then finished."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot, RebuildToken, TimelineWindow
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.paging import Position
from instagram_valkey.client import ValkeyClient
from instagram_valkey.errors import is_out_of_memory
from instagram_valkey.feed.entries import (
    authors_of,
    floor_of,
    member_of,
    members_of,
    point_of,
)
from instagram_valkey.feed.windows import PackedWindow
from instagram_valkey.scripts import Script

_FORGOTTEN_AT_ONCE: Final = 500


def list_script(name: str) -> Script:
    """Give one of the scripts that work on lists."""
    return Script.named("feed/order", f"feed/{name}")


class CappedLists:
    """The lists of one kind, one an owner; two handles with one client's prefix share them.

    Each is a Valkey list of 38-byte members, oldest first, whose first one is the floor: 42 bytes
    an entry, where a sorted set takes 144, and three times as quick to add to. The keys share a
    hash tag, because one script works on many: in a cluster all are in one slot. They name the life
    of the server: a list that it read from its disk has missed what came later, and is found by
    nobody.
    """

    def __init__(
        self,
        client: ValkeyClient,
        kind: str,
        *,
        cap: int,
        lifetime_seconds: float,
        rebuild_seconds: float,
        beside: str | None = None,
    ) -> None:
        """Keep `cap` entries an owner, a finished list and a rebuild for so many seconds.

        `beside` names a kind of keys, one an owner, for who is pulled; None: nobody asks.
        """
        self._client = client
        self._kinds = (kind,) if beside is None else (kind, beside)
        self._prefixes: tuple[str, tuple[bytes, ...]] = "", ()
        self._cap = cap
        self._lifetime = round(lifetime_seconds * 1000)
        self._rebuild_lifetime = round(rebuild_seconds * 1000)
        self._push = list_script("push")
        self._window = list_script("window")
        self._timeline = list_script("timeline")
        self._begin = list_script("begin")
        self._finish = list_script("finish")
        self._remove = list_script("remove")

    async def push(self, entry: FeedEntry, owners: Sequence[UserId]) -> int:
        """Add an entry in one script; give how many lists took it.

        A server without memory takes none: then the lists are forgotten, as they would lack it.
        """
        life, (prefix, *_) = await self._here()
        keys = [prefix + owner.bytes for owner in owners]
        arguments = (member_of(entry), self._cap)
        try:
            taken: int = await self._client.run(self._push, keys, arguments, life)
        except AdapterUnavailable as error:
            if not is_out_of_memory(error):
                raise
            await self.drop(owners)
            return 0
        return taken

    async def windows(
        self, owners: Sequence[UserId], after: Position | None, limit: int
    ) -> Mapping[UserId, TimelineWindow]:
        """Give a part of each finished list, in one script."""
        life, (prefix, *_) = await self._here()
        keys = [prefix + owner.bytes for owner in owners]
        packed = await self._client.run(self._window, keys, (limit, _below(after)), life)
        return {
            owner: PackedWindow.of(each)
            for owner, each in zip(owners, packed, strict=True)
            if each is not None
        }

    async def timeline(
        self, owner: UserId, after: Position | None, limit: int
    ) -> TimelineWindow | None:
        """Give a part of a finished list with who is pulled; None when either key is absent."""
        life, prefixes = await self._here()
        keys = [prefix + owner.bytes for prefix in prefixes]
        found = await self._client.run(self._timeline, keys, (limit, _below(after)), life)
        return None if found is None else PackedWindow.of(*found)

    async def begin(self, owner: UserId) -> RebuildToken | None:
        """Start a rebuild, unless one is under way; a finished list is forgotten."""
        life, prefixes = await self._here()
        keys = [prefix + owner.bytes for prefix in prefixes]
        token = RebuildToken(secrets.token_hex(8))
        arguments = (token, self._rebuild_lifetime)
        has_begun = await self._client.run(self._begin, keys, arguments, life)
        return token if has_begun else None

    async def finish(self, owner: UserId, token: RebuildToken, snapshot: HomeSnapshot) -> bool:
        """Keep the snapshot together with what was pushed meanwhile, if the token still holds."""
        life, prefixes = await self._here()
        keys = [prefix + owner.bytes for prefix in prefixes]
        kept = floor_of(snapshot.floor), members_of(snapshot.entries), authors_of(snapshot.pulled)
        arguments = (token, self._cap, self._lifetime, *kept)
        return bool(await self._client.run(self._finish, keys, arguments, life))

    async def remove(self, entry: FeedEntry, owner: UserId) -> None:
        """Remove an entry; a rebuild under way ends."""
        life, (prefix, *_) = await self._here()
        await self._client.run(self._remove, [prefix + owner.bytes], (member_of(entry),), life)

    async def drop(self, owners: Iterable[UserId]) -> None:
        """Forget lists, and rebuilds under way."""
        life, prefixes = await self._here()
        keys = [prefix + owner.bytes for owner in owners for prefix in prefixes]
        for start in range(0, len(keys), _FORGOTTEN_AT_ONCE):
            some = keys[start : start + _FORGOTTEN_AT_ONCE]
            await self._client.call("UNLINK", *some, life=life)

    async def _here(self) -> tuple[str, tuple[bytes, ...]]:
        """Give the server's life, and what the keys of each kind begin with in it."""
        life = await self._client.life()
        if life != self._prefixes[0]:
            keys = [self._client.key("{feed}", life, kind, "") for kind in self._kinds]
            self._prefixes = life, tuple([key.encode() for key in keys])
        return self._prefixes


def _below(after: Position | None) -> bytes:
    return b"" if after is None else point_of(after)
