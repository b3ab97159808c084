"""What the rows say about files: which are in use, and who may be served which."""

from collections.abc import Iterable, Mapping

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.media.model import Picture
from instagram_core.media.ports import MediaRights, MediaRightsReader, MediaUsage
from instagram_core.memory.database import Database
from instagram_core.memory.tables import Tables
from instagram_core.memory.visibility import is_active


class InMemoryMediaUsage(MediaUsage):
    """Knows which files something refers to."""

    def __init__(self, database: Database) -> None:
        """Look through `database`."""
        self._database = database

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        """Give the stems of originals, pictures and avatars among `stems`."""
        async with self._database.work() as tables:
            used = {stem for row in tables.posts.values() for stem in row.stems()}
            used.update(tables.awaited_avatars.values())
            used.update(picture.stem for picture in tables.avatars.values())
            return frozenset(used.intersection(stems))


@attrs.frozen
class _Shown:
    """A processed picture of somebody."""

    picture: Picture
    owner: UserId
    is_avatar: bool


class InMemoryMediaRightsReader(MediaRightsReader):
    """Finds whose file it is. Avatars are for everyone, posts as the account's privacy says."""

    def __init__(self, database: Database) -> None:
        """Look through `database`."""
        self._database = database

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        """Give the rights of the pictures of active people."""
        async with self._database.work() as tables:
            shown = {each.picture.stem: each for each in _pictures(tables)}
            found = {stem: shown[stem] for stem in stems if stem in shown}
            return {
                stem: _rights(tables, each)
                for stem, each in found.items()
                if is_active(tables, each.owner)
            }


def _pictures(tables: Tables) -> Iterable[_Shown]:
    for owner, picture in tables.avatars.items():
        yield _Shown(picture, owner, is_avatar=True)
    for row in tables.posts.values():
        for media in row.post.media:  # there is none before publishing
            yield _Shown(media.picture, row.post.author_id, is_avatar=False)


def _rights(tables: Tables, shown: _Shown) -> MediaRights:
    owner = tables.accounts[shown.owner].user
    return MediaRights(
        generation=owner.media_generation,
        is_restricted=owner.is_private and not shown.is_avatar,
        encodings=shown.picture.encodings,
    )
