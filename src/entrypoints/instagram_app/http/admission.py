"""Who calls, and whether they may call so often: asked before anything of a body is read."""

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar

from instagram_app.http import session_cookie
from instagram_app.http.call import Call
from instagram_app.http.client import Clients
from instagram_app.http.errors import ForeignOriginError
from instagram_app.http.operation import Auth
from instagram_app.http.problems import limit_headers
from instagram_core.accounts.errors import SessionInvalidError
from instagram_core.accounts.model import Session, UserId
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.errors import UnauthenticatedError
from instagram_core.limits.model import Verdict
from instagram_core.limits.service import Limits
from instagram_core.memory.expiring import Expiring


class Admission:
    """Lets requests in: their origin, their session, their limits.

    A token's seal says whose it is, so session and limits are asked at once, and what the operation
    reads ahead with them: where all of it is in Valkey, in one round trip. What was read is dropped
    where session or limits refuse, and what could not be read refuses nothing.

    A sealed token that is no longer good costs its owner one attempt at most, however many requests
    come with it at once: those that find the first one unanswered ask about it before anything is
    counted, and so does everybody from then on.
    """

    REMEMBERED_SECONDS: ClassVar[float] = 600
    """For how long a token that was refused is not counted on its owner's account."""
    TRUSTED_SECONDS: ClassVar[float] = 60
    """For how long a token that was good is counted at once, whatever is under way with it."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        """Tell origins by `clients`."""
        self._clients = clients
        self._refused: Expiring[str, bool] = Expiring(clock)
        self._trusted: Expiring[str, bool] = Expiring(clock)
        self._asked: set[str] = set()

    async def admit(self, call: Call) -> None:
        """Sign the caller in and count the request.

        - ForeignOriginError: an unsafe request by cookie that does not show it is from here.
        - UnauthenticatedError: a session is required and absent, or there is one and not good.
        - LimitExceededError: too many, of this action or altogether.
        """
        token, is_cookie = self._token(call)
        limits = call.app.limits if call.operation.is_counted else None
        verdict = None if token is None else await self._sign_in(call, token, limits)
        if limits is not None:
            verdict = verdict or await self._count(call, limits)
            call.headers |= limit_headers(
                verdict.limit.attempts, verdict.remaining, verdict.reset_at
            )
        if call.session is None:
            self._refuse(call, token, is_cookie=is_cookie)

    def _token(self, call: Call) -> tuple[str | None, bool]:
        """Give the token that counts, and whether it came as a cookie."""
        operation, request = call.operation, call.request
        if operation.auth is Auth.NONE:
            # Nobody is signed in by surprise: a login from elsewhere is refused where it shows.
            if not operation.is_safe and self._clients.is_foreign(request):
                raise ForeignOriginError
            return None, False
        token, is_cookie = session_cookie.token_of(request)
        if is_cookie and not operation.is_safe and not self._clients.is_same_origin(request):
            raise ForeignOriginError
        return token, is_cookie

    async def _sign_in(self, call: Call, token: str, limits: Limits | None) -> Verdict | None:
        """Put the session, if it is good, and give the verdict if one was asked for with it."""
        owner = call.services.accounts.sessions.owner(token)
        if owner is None:
            return None
        if limits is None:
            (session,), ahead = await _beside(call, owner, _session(call, token))
            call.session = _told(session)
            call.ahead = None if call.session is None else ahead
            return None
        if not self._may_count_at_once(token):
            call.session = await _session(call, token)
            return None
        counting = limits.by_user(str(owner), call.operation.action)
        self._asked.add(token)
        try:
            (session, verdict), ahead = await _beside(call, owner, _session(call, token), counting)
        finally:
            self._asked.discard(token)
        if _told(session) is None:
            self._trusted.drop(token)
            self._refused.put(token, value=True, seconds=self.REMEMBERED_SECONDS)
            return None
        self._trusted.put(token, value=True, seconds=self.TRUSTED_SECONDS)
        call.session = session
        counted: Verdict = _told(verdict)
        call.ahead = ahead
        return counted

    def _may_count_at_once(self, token: str) -> bool:
        if self._refused.get(token):
            return False
        return token not in self._asked or self._trusted.get(token) is True

    async def _count(self, call: Call, limits: Limits) -> Verdict:
        if call.session is None:
            return await limits.by_address(call.address)
        return await limits.by_user(str(call.session.user_id), call.operation.action)

    def _refuse(self, call: Call, token: str | None, *, is_cookie: bool) -> None:
        """Raise UnauthenticatedError unless nobody need be signed in."""
        auth = call.operation.auth
        if token is None:
            if auth is Auth.REQUIRED:
                raise UnauthenticatedError
        elif auth is not Auth.TOLERANT:
            if is_cookie:
                call.headers["set-cookie"] = session_cookie.removing(is_secure=call.is_secure)
            raise SessionInvalidError


async def _session(call: Call, token: str) -> Session | None:
    try:
        return await call.services.accounts.sessions.authenticate(token)
    except SessionInvalidError:
        return None


async def _beside(
    call: Call, owner: UserId, *questions: Coroutine[Any, Any, object]
) -> tuple[list[Any], object]:
    """Give what was answered or raised, and what the operation read ahead at the same time."""
    read = call.operation.ahead
    if read is None:
        return await asyncio.gather(*questions, return_exceptions=True), None
    # First, so that what it asks of Valkey in its second turn travels with the rest.
    ahead, *answers = await asyncio.gather(read(call, owner), *questions, return_exceptions=True)
    return answers, None if isinstance(ahead, BaseException) else ahead


def _told(answer: Any) -> Any:  # noqa: ANN401 - each question has its own answer
    """Give an answer, unless it is an error."""
    if isinstance(answer, BaseException):
        raise answer
    return answer
