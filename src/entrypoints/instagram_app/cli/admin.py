"""`instagram admin …`."""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.container.application import Application
    from instagram_core.accounts.model import Account

app = App(name="admin", help="Make and change accounts.", help_format="plaintext")

RoleName = Literal["user", "verified", "admin"]
Login = Annotated[str, Parameter(help="Username or e-mail address.")]


@app.command
def create(
    username: Annotated[str, Parameter(help="3 to 30 of a-z, 0-9, _ and .")],
    *,
    email: Annotated[str, Parameter(help="E-mail address of the account.")],
    role: Annotated[RoleName, Parameter(help="What it may do.")] = "admin",
    options: Options = DEFAULT,
) -> None:
    """Make an account, an administrator's unless --role says otherwise.

    The password is asked for on a terminal; otherwise it is the first line of standard input.
    """
    from instagram_app.cli.passwords import ask_password
    from instagram_app.cli.session import with_application
    from instagram_core.accounts.model import Role
    from instagram_core.accounts.service import Device

    password = ask_password()

    async def work(application: "Application") -> None:
        accounts = application.services.accounts
        made = await accounts.sign_in.register(
            username=username, email=email, password=password, device=Device()
        )
        await accounts.sessions.end(made.account.user.id, made.session.id)
        await accounts.administration.assign(made.account.user.id, Role(role))

    with_application(options, work)
    print(f"{username} is there, with the role {role}")


@app.command
def promote(
    login: Login,
    *,
    role: Annotated[RoleName, Parameter(help="The role from now on.")] = "admin",
    options: Options = DEFAULT,
) -> None:
    """Give an account a role; it holds from the next request on."""
    from instagram_app.cli.session import with_application
    from instagram_core.accounts.model import Role

    async def work(application: "Application") -> None:
        account = await _find(application, login)
        await application.services.accounts.administration.assign(account.user.id, Role(role))

    with_application(options, work)
    print(f"{login} has the role {role}")


@app.command
def suspend(login: Login, *, options: Options = DEFAULT) -> None:
    """Take an account out of everybody's sight and end its sessions."""
    from instagram_app.cli.session import with_application

    async def work(application: "Application") -> None:
        account = await _find(application, login)
        await application.services.accounts.administration.suspend(account.user.id)

    with_application(options, work)
    print(f"{login} is suspended")


@app.command
def unsuspend(login: Login, *, options: Options = DEFAULT) -> None:
    """Let a suspended account take part again."""
    from instagram_app.cli.session import with_application

    async def work(application: "Application") -> None:
        account = await _find(application, login)
        await application.services.accounts.administration.reinstate(account.user.id)

    with_application(options, work)
    print(f"{login} takes part again")


@app.command
def reset_password(login: Login, *, options: Options = DEFAULT) -> None:
    """Set a password and end every session of the account.

    The password is asked for on a terminal; otherwise it is the first line of standard input.
    """
    from instagram_app.cli.passwords import ask_password
    from instagram_app.cli.session import with_application

    password = ask_password()

    async def work(application: "Application") -> None:
        account = await _find(application, login)
        administration = application.services.accounts.administration
        await administration.reset_password(account.user.id, password)

    with_application(options, work)
    print(f"{login} has a new password; all sessions ended")


async def _find(application: "Application", login: str) -> "Account":
    from instagram_app.cli.failure import Failure
    from instagram_core.accounts.errors import UserNotFound

    try:
        return await application.services.accounts.administration.find(login)
    except UserNotFound:
        raise Failure(f"there is no account {login!r}") from None
