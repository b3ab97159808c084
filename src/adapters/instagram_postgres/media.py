"""What the rows say about files, and which avatar an account shows."""

from collections.abc import Iterable, Mapping
from typing import Final

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import UserId
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.media.model import Picture
from instagram_core.media.ports import (
    AvatarRepository,
    MediaRights,
    MediaRightsReader,
    MediaUsage,
)
from instagram_postgres.database import PostgresDatabase
from instagram_postgres.job_rows import INSERT_EVENT, JobRows

_IN_USE: Final = """
    SELECT stem FROM post_originals WHERE stem = ANY (%(stems)s::text[])
     UNION
    SELECT stem FROM post_media WHERE stem = ANY (%(stems)s::text[])
     UNION
    SELECT avatar_stem FROM users WHERE avatar_stem = ANY (%(stems)s::text[])
     UNION
    SELECT avatar_awaited FROM users WHERE avatar_awaited = ANY (%(stems)s::text[])
"""
# A post has pictures only once it is published, so that the account alone restricts them.
_RIGHTS: Final = """
    SELECT stem, media_generation, is_private, encodings
      FROM post_media
      JOIN posts ON posts.id = post_id
      JOIN users ON users.id = author_id
     WHERE stem = ANY (%(stems)s::text[]) AND standing = 'active'
     UNION ALL
    SELECT avatar_stem, media_generation, false, avatar_encodings
      FROM users
     WHERE avatar_stem = ANY (%(stems)s::text[]) AND standing = 'active'
"""

# What these statements discard comes last: the stems of `discarded`, as one event.
_DISCARD: Final = """
    INSERT INTO jobs (id, queue, kind, payload, run_at, created_at)
    SELECT gen_random_uuid(), %(discarded_queue)s, %(discarded_kind)s,
           jsonb_build_object('stems', stems), %(now)s, %(now)s
      FROM discarded
     WHERE cardinality(stems) > 0
"""
_SUBMIT: Final = f"""
    WITH before AS (
        SELECT id, avatar_awaited FROM users
         WHERE id = %(user)s AND standing = 'active' FOR NO KEY UPDATE
    ),
    changed AS (
        UPDATE users SET avatar_awaited = %(stem)s FROM before WHERE users.id = before.id
    ),
    discarded AS (
        SELECT array_remove(ARRAY[avatar_awaited], %(stem)s) AS stems
          FROM before WHERE avatar_awaited IS NOT NULL
    ),
    gone AS ({_DISCARD}),
    announced AS ({INSERT_EVENT} WHERE EXISTS (SELECT FROM before))
    SELECT true FROM before
"""
_PUBLISH: Final = f"""
    WITH before AS (
        SELECT id, avatar_stem FROM users
         WHERE id = %(user)s AND avatar_awaited = %(stem)s FOR NO KEY UPDATE
    ),
    changed AS (
        UPDATE users
           SET avatar_awaited = NULL,
               avatar_stem = %(stem)s,
               avatar_width = %(width)s,
               avatar_height = %(height)s,
               avatar_placeholder = %(placeholder)s,
               avatar_encodings = %(encodings)s
          FROM before
         WHERE users.id = before.id
    ),
    discarded AS (
        SELECT array_remove(ARRAY[avatar_stem], %(stem)s) AS stems
          FROM before WHERE avatar_stem IS NOT NULL
    ),
    gone AS ({_DISCARD})
    SELECT true FROM before
"""
_ABANDON: Final = f"""
    WITH discarded AS (
        UPDATE users SET avatar_awaited = NULL
         WHERE id = %(user)s AND avatar_awaited = %(stem)s
        RETURNING ARRAY[%(stem)s::text] AS stems
    ),
    gone AS ({_DISCARD})
    SELECT true FROM discarded
"""
_CLEAR: Final = f"""
    WITH discarded AS (
        SELECT id, array_remove(ARRAY[avatar_stem, avatar_awaited], NULL) AS stems FROM users
         WHERE id = %(user)s AND (avatar_stem IS NOT NULL OR avatar_awaited IS NOT NULL)
           FOR NO KEY UPDATE
    ),
    changed AS (
        UPDATE users
           SET avatar_awaited = NULL,
               avatar_stem = NULL,
               avatar_width = NULL,
               avatar_height = NULL,
               avatar_placeholder = NULL,
               avatar_encodings = NULL
          FROM discarded
         WHERE users.id = discarded.id
    ),
    gone AS ({_DISCARD})
    SELECT true FROM discarded
"""


class PostgresMediaUsage(MediaUsage):
    """Knows which files something refers to."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Look through `database`."""
        self._database = database

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        """Give the stems of originals, pictures and avatars among `stems`."""
        rows = await self._database.fetch(_IN_USE, {"stems": list(stems)}, repeatable=True)
        return frozenset(stem for (stem,) in rows)


class PostgresMediaRightsReader(MediaRightsReader):
    """Finds whose file it is. Avatars are for everyone, posts as the account's privacy says."""

    def __init__(self, database: PostgresDatabase) -> None:
        """Look through `database`."""
        self._database = database

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        """Give the rights of the pictures of active people."""
        rows = await self._database.fetch(_RIGHTS, {"stems": list(stems)}, repeatable=True)
        return {
            stem: MediaRights(
                generation=generation, is_restricted=is_restricted, encodings=tuple(encodings)
            )
            for stem, generation, is_restricted, encodings in rows
        }


class PostgresAvatarRepository(AvatarRepository):
    """Keeps avatars in the rows of their accounts."""

    def __init__(self, database: PostgresDatabase, job_rows: JobRows) -> None:
        """Keep them in `database`; `job_rows` makes the events that go with changes."""
        self._database = database
        self._job_rows = job_rows

    async def submit(self, submitted: AvatarSubmitted) -> None:
        """Wait for a file, and for no other any more."""
        parameters = {
            **self._change(submitted.user_id),
            "stem": submitted.stem,
            **self._job_rows.one(submitted),
        }
        if not await self._database.fetch(_SUBMIT, parameters):
            raise self._database.refusal(UserNotFound())

    async def publish(self, user: UserId, picture: Picture) -> bool:
        """Show the picture that is waited for."""
        parameters = {
            **self._change(user),
            "stem": picture.stem,
            "width": picture.width,
            "height": picture.height,
            "placeholder": picture.placeholder,
            "encodings": list(picture.encodings),
        }
        return bool(await self._database.fetch(_PUBLISH, parameters))

    async def abandon(self, user: UserId, stem: str) -> bool:
        """Stop waiting for a file."""
        parameters = {**self._change(user), "stem": stem}
        return bool(await self._database.fetch(_ABANDON, parameters))

    async def clear(self, user: UserId) -> bool:
        """Show none and wait for none."""
        return bool(await self._database.fetch(_CLEAR, self._change(user)))

    def _change(self, user: UserId) -> dict[str, object]:
        return {
            "user": user,
            "discarded_queue": MediaDiscarded.queue,
            "discarded_kind": MediaDiscarded.kind,
            "now": self._job_rows.now(),
        }
