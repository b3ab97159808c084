"""Wrong keepers of sessions."""

from typing import Any

import attrs

from instagram_core.accounts.model import Role, Session, SessionId, UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.testing.contracts.accounts import SessionStoreContract, SessionSweeperContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants, cut

sessions = Mutants(SessionStoreContract, "sessions")
sweepers = Mutants(SessionSweeperContract, "session_sweeper")


@sessions.caught_by("test_the_role_is_the_account_s_own")
class SessionsKeepTheOldRole(Around):
    """Gives the role of the day of signing in."""

    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        session: Session | None = await self.right.find(user, token_hash)
        return session and attrs.evolve(session, role=Role.USER)


@sessions.caught_by("test_an_account_that_is_not_active_has_none")
class SessionsOutliveSuspension(Around):
    """Lets the suspended stay signed in."""

    async def find(self, user: UserId, token_hash: bytes) -> Session | None:
        async with self.tables() as tables:
            found = [s for s in tables.sessions.values() if s.token_hash == token_hash]
        return found[0] if found else None


@sessions.caught_by("test_a_session_of_somebody_else_is_none")
class SessionsAreAnybodys(Around):
    """Finds by the hash alone."""

    async def find(self, _: UserId, token_hash: bytes) -> Session | None:
        async with self.tables() as tables:
            owners = {s.token_hash: s.user_id for s in tables.sessions.values()}
        if token_hash not in owners:
            return None
        session: Session | None = await self.right.find(owners[token_hash], token_hash)
        return session


@sessions.caught_by("test_use_only_moves_forward")
class SessionsGoBack(Around):
    """Stores the time that was written last."""

    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        async with self.tables() as tables:
            if (known := tables.sessions.get(session)) is not None:
                tables.sessions[session] = attrs.evolve(known, last_used_at=at)


@sessions.caught_by("test_one_session_is_ended")
class SessionsEndThoseOfOthers(Around):
    """Does not look whose session it is."""

    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        if only is not None:
            async with self.tables() as tables:
                return int(tables.sessions.pop(only, None) is not None)
        ended: int = await self.right.revoke(user, keep=keep)
        return ended


@sessions.caught_by("test_all_but_one_are_ended")
class SessionsKeepNone(Around):
    """Ends the session that asked, too."""

    async def revoke(
        self, user: UserId, *, only: SessionId | None = None, keep: SessionId | None = None
    ) -> int:
        ended: int = await self.right.revoke(user, only=only)
        return ended


@sessions.caught_by("test_using_an_absent_session_makes_none")
class SessionsReviveWhatEnded(Around):
    """Stores a session again when a slow request uses it."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.seen: dict[SessionId, Session] = {}

    async def add(self, session: Session) -> None:
        self.seen[session.id] = session
        await self.right.add(session)

    async def touch(self, user: UserId, session: SessionId, at: int) -> None:
        await self.right.add(attrs.evolve(self.seen[session], last_used_at=at))


class _Listed(Around):
    """Lists sessions its own way."""

    async def rows(self, user: UserId | None) -> list[tuple[Position, Session]]:
        async with self.tables() as tables:
            mine = [s for s in tables.sessions.values() if user in {None, s.user_id}]
        return sorted(((Position(s.created_at, s.id), s) for s in mine), key=lambda row: row[0])


@sessions.caught_by("test_sessions_are_listed_newest_first")
class SessionsShowThoseOfOthers(_Listed):
    """Lists everybody's."""

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        return cut((await self.rows(None))[::-1], after, limit, inclusive=False)


@sessions.caught_by("test_sessions_are_listed_newest_first")
class SessionsHaveInclusiveCursor(_Listed):
    """Repeats the last row of a page."""

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        return cut((await self.rows(user))[::-1], after, limit, inclusive=True)


@sessions.caught_by("test_only_those_used_later_are_listed")
class SessionsListWhatIsOver(Around):
    """Takes `used_after` for a moment that still counts."""

    async def page(
        self, user: UserId, used_after: int, after: Position | None, limit: int
    ) -> Page[Session]:
        page: Page[Session] = await self.right.page(user, used_after - 1, after, limit)
        return page


@sweepers.caught_by("test_a_session_in_use_is_not_swept")
class SweeperEndsOldSessionsInUse(Around):
    """Judges by the day of signing in."""

    async def sweep(self, before: int, limit: int) -> int:
        async with self.tables() as tables:
            over = [s.id for s in tables.sessions.values() if s.created_at < before][:limit]
            for session in over:
                del tables.sessions[session]
        return len(over)


@sweepers.caught_by("test_a_sweep_is_bounded")
class SweeperHasNoBound(Around):
    """Locks everything at once."""

    async def sweep(self, before: int, limit: int) -> int:
        swept: int = await self.right.sweep(before, 1000)
        return swept


@sweepers.caught_by("test_only_what_is_over_is_swept")
class SweeperTakesTheMomentItself(Around):
    """Ends a session a moment too early."""

    async def sweep(self, before: int, limit: int) -> int:
        swept: int = await self.right.sweep(before + 1, limit)
        return swept


@sweepers.caught_by("test_concurrent_sweeps_count_each_once")
class SweeperCountsTwice(Around):
    """Tells more than it removed, so its caller never ends."""

    async def sweep(self, before: int, limit: int) -> int:
        swept: int = await self.right.sweep(before, limit)
        return swept * 2
