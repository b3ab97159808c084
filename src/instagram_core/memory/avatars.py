"""Profile pictures: the one that is shown and the one that is waited for."""

import attrs

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.media.model import Picture
from instagram_core.media.ports import AvatarRepository
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Tables
from instagram_core.memory.visibility import is_active


class InMemoryAvatarRepository(AvatarRepository):
    """Keeps avatars."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    async def submit(self, submitted: AvatarSubmitted) -> None:
        """Wait for a file, and for no other any more."""
        user, stem = submitted.user_id, submitted.stem
        async with self._database.work() as tables:
            if not is_active(tables, user):
                raise UserNotFound
            given_up = tables.awaited_avatars.get(user)
            tables.awaited_avatars[user] = stem
            self._discard(given_up, unless=stem)
            self._database.record(submitted)

    async def publish(self, user: UserId, picture: Picture) -> bool:
        """Show the picture that is waited for."""
        async with self._database.work() as tables:
            if tables.awaited_avatars.get(user) != picture.stem:
                return False
            replaced = tables.accounts[user].user.avatar
            del tables.awaited_avatars[user]
            _show(tables, user, picture)
            self._discard(replaced, unless=picture.stem)
            return True

    async def abandon(self, user: UserId, stem: str) -> bool:
        """Stop waiting for a file."""
        async with self._database.work() as tables:
            if tables.awaited_avatars.get(user) != stem:
                return False
            del tables.awaited_avatars[user]
            self._discard(stem)
            return True

    async def clear(self, user: UserId) -> bool:
        """Show none and wait for none."""
        async with self._database.work() as tables:
            return clear_avatar(self._database, tables, user)

    def _discard(self, stem: str | None, *, unless: str | None = None) -> None:
        if stem is not None and stem != unless:
            self._database.record(MediaDiscarded(stems=(stem,)))


def clear_avatar(database: Database, tables: Tables, user: UserId) -> bool:
    """Forget the avatar that is shown and the one waited for; False when there is neither."""
    account = tables.accounts.get(user)
    shown = None if account is None else account.user.avatar
    awaited = tables.awaited_avatars.pop(user, None)
    stems = tuple(stem for stem in (shown, awaited) if stem is not None)
    if not stems:
        return False
    _show(tables, user, None)
    database.record(MediaDiscarded(stems=stems))
    return True


def _show(tables: Tables, user: UserId, picture: Picture | None) -> None:
    account = tables.accounts[user]
    stem = None if picture is None else picture.stem
    tables.accounts[user] = attrs.evolve(account, user=attrs.evolve(account.user, avatar=stem))
    if picture is None:
        tables.avatars.pop(user, None)
    else:
        tables.avatars[user] = picture
