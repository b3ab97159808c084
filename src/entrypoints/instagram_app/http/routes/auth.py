"""Signing up, in and out."""

from contextlib import suppress

import msgspec

from instagram_app.http import session_cookie, shapes
from instagram_app.http.call import Call
from instagram_app.http.operation import Auth, Operation
from instagram_app.http.problems import limit_headers
from instagram_app.http.texts import DisplayName, Email, NewPassword, Username
from instagram_core.accounts.errors import (
    EmailTakenError,
    SessionNotFound,
    UsernameTakenError,
    WrongLoginError,
    WrongPasswordError,
)
from instagram_core.accounts.model import ProfileCounts
from instagram_core.accounts.service import Sessions, SignedIn, SignIn
from instagram_core.graph.service import Profiles
from instagram_core.limits.errors import LimitExceededError


class Registration(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new account; the display name defaults to the username."""

    username: Username
    email: Email
    password: NewPassword
    display_name: DisplayName | msgspec.UnsetType = msgspec.UNSET


class Login(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Username or e-mail address, and the password."""

    login: str
    password: str


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The current password and the new one."""

    current: str
    new: NewPassword


async def register(call: Call) -> shapes.SignedIn:
    """Open an account and sign it in."""
    body: Registration = call.body
    signed_in = await call.services.accounts.sign_in.register(
        username=body.username,
        email=body.email,
        password=body.password,
        display_name=None if body.display_name is msgspec.UNSET else body.display_name,
        device=call.device,
    )
    return _welcome(call, signed_in, ProfileCounts())


async def login(call: Call) -> shapes.SignedIn:
    """Sign in, however often that may be tried."""
    body: Login = call.body
    if call.app.limits is not None:
        verdict = await call.app.limits.of_login(body.login, call.address)
        call.headers |= limit_headers(verdict.limit.attempts, verdict.remaining, verdict.reset_at)
    signed_in = await call.services.accounts.sign_in.login(
        login=body.login, password=body.password, device=call.device
    )
    me = await call.services.graph.profiles.me(signed_in.account.user.id)
    return _welcome(call, signed_in, me.counts)


async def logout(call: Call) -> None:
    """End the session this request came with."""
    with suppress(SessionNotFound):  # ended meanwhile
        await call.services.accounts.sessions.end(call.user, call.signed_in.id)
    call.headers["set-cookie"] = session_cookie.removing(is_secure=call.is_secure)


async def me(call: Call) -> shapes.Me:
    """Show one's own profile."""
    return call.present.me(await call.services.graph.profiles.me(call.user))


async def list_sessions(call: Call) -> shapes.Sessions:
    """Show where one is signed in."""
    asked = call.page("sessions")
    page = await call.services.accounts.sessions.page(call.user, asked.after, asked.limit)
    return call.present.sessions(asked, page, call.signed_in.id)


async def end_session(call: Call) -> None:
    """Sign out on one device."""
    await call.services.accounts.sessions.end(call.user, call.session_id())


async def end_other_sessions(call: Call) -> None:
    """Sign out everywhere else."""
    await call.services.accounts.sessions.end_others(call.signed_in)


async def change_password(call: Call) -> None:
    """Set a new password."""
    body: PasswordChange = call.body
    await call.services.accounts.sign_in.change_password(
        call.signed_in, current=body.current, new=body.new
    )


def _welcome(call: Call, signed_in: SignedIn, counts: ProfileCounts) -> shapes.SignedIn:
    cookie = session_cookie.setting(signed_in.token, is_secure=call.is_secure)
    call.headers |= {"set-cookie": cookie, "cache-control": "no-store"}
    user = call.present.account(signed_in.account, counts)
    return shapes.SignedIn(user=user, token=signed_in.token)


OPERATIONS = (
    Operation(
        name="register",
        method="POST",
        path="/api/v1/auth/register",
        handler=register,
        tag="auth",
        summary="Open an account",
        use_case=SignIn.register,
        auth=Auth.NONE,
        body=Registration,
        status=201,
        answer=shapes.SignedIn,
        errors=(UsernameTakenError, EmailTakenError),
    ),
    Operation(
        name="login",
        method="POST",
        path="/api/v1/auth/login",
        handler=login,
        tag="auth",
        summary="Sign in",
        use_case=SignIn.login,
        auth=Auth.NONE,
        body=Login,
        answer=shapes.SignedIn,
        errors=(WrongLoginError, LimitExceededError),
    ),
    Operation(
        name="logout",
        method="POST",
        path="/api/v1/auth/logout",
        handler=logout,
        tag="auth",
        summary="Sign out",
        use_case=Sessions.end,
        status=204,
    ),
    Operation(
        name="whoAmI",
        method="GET",
        path="/api/v1/auth/me",
        handler=me,
        tag="auth",
        summary="One's own profile",
        use_case=Profiles.me,
        answer=shapes.Me,
    ),
    Operation(
        name="listSessions",
        method="GET",
        path="/api/v1/auth/sessions",
        handler=list_sessions,
        tag="auth",
        summary="Where one is signed in",
        use_case=Sessions.page,
        is_page=True,
        answer=shapes.Sessions,
    ),
    Operation(
        name="endSession",
        method="DELETE",
        path="/api/v1/auth/sessions/{id}",
        handler=end_session,
        tag="auth",
        summary="Sign out on one device",
        use_case=Sessions.end,
        status=204,
    ),
    Operation(
        name="endOtherSessions",
        method="DELETE",
        path="/api/v1/auth/sessions",
        handler=end_other_sessions,
        tag="auth",
        summary="Sign out everywhere else",
        use_case=Sessions.end_others,
        status=204,
    ),
    Operation(
        name="changePassword",
        method="PUT",
        path="/api/v1/auth/password",
        handler=change_password,
        tag="auth",
        summary="Change the password",
        use_case=SignIn.change_password,
        action="login",  # whoever has a session could try passwords here
        body=PasswordChange,
        status=204,
        errors=(WrongPasswordError,),
    ),
)
