"""Who calls, and whether they may call so often: asked before anything of a body is read."""

from instagram_app.http import session_cookie
from instagram_app.http.call import Call
from instagram_app.http.client import Clients
from instagram_app.http.errors import ForeignOriginError
from instagram_app.http.operation import Auth
from instagram_app.http.problems import limit_headers
from instagram_core.kernel.errors import UnauthenticatedError
from instagram_core.limits.service import Limits


class Admission:
    """Lets requests in: their origin, their session, their limits, in this order."""

    def __init__(self, clients: Clients) -> None:
        """Tell origins by `clients`."""
        self._clients = clients

    async def admit(self, call: Call) -> None:
        """Sign the caller in and count the request.

        - ForeignOriginError: an unsafe request by cookie that does not show it is from here.
        - UnauthenticatedError: a session is required and absent, or there is one and not good.
        - LimitExceededError: too many, of this action or altogether.
        """
        refusal = await self._sign_in(call)
        limits = call.app.limits
        if limits is not None and call.operation.is_counted:
            await self._count(call, limits)
        if refusal is not None:
            raise refusal

    async def _sign_in(self, call: Call) -> UnauthenticatedError | None:
        operation, request = call.operation, call.request
        auth = operation.auth
        if auth is Auth.NONE:
            # Nobody is signed in by surprise: a login from elsewhere is refused where it shows.
            if not operation.is_safe and self._clients.is_foreign(request):
                raise ForeignOriginError
            return None
        token, is_cookie = session_cookie.token_of(request)
        if token is None:
            return UnauthenticatedError() if auth is Auth.REQUIRED else None
        if is_cookie and not operation.is_safe and not self._clients.is_same_origin(request):
            raise ForeignOriginError
        try:
            call.session = await call.services.accounts.sessions.authenticate(token)
        except UnauthenticatedError as error:
            if auth is Auth.TOLERANT:
                return None
            if is_cookie:
                call.headers["set-cookie"] = session_cookie.removing(is_secure=call.is_secure)
            return error
        return None

    async def _count(self, call: Call, limits: Limits) -> None:
        if call.session is None:
            verdict = await limits.by_address(call.address)
        else:
            verdict = await limits.by_user(str(call.session.user_id), call.operation.action)
        call.headers |= limit_headers(verdict.limit.attempts, verdict.remaining, verdict.reset_at)
