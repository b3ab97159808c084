"""Registering, signing in, and changing the password."""

import attrs

from instagram_core.accounts.errors import WrongLoginError
from instagram_core.accounts.events import Registered
from instagram_core.accounts.model import (
    Account,
    AccountChange,
    Session,
    Standing,
    User,
    UserId,
)
from instagram_core.accounts.policy import (
    checked_display_name,
    checked_email,
    checked_password,
    checked_username,
)
from instagram_core.accounts.ports import PasswordHasher, SessionStore, UserRepository
from instagram_core.accounts.service.confirmation import confirm_password, holds_still
from instagram_core.accounts.service.sessions import UNKNOWN_DEVICE, Device, Sessions
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.transaction import Transaction


@attrs.frozen(kw_only=True)
class SignedIn:
    """Somebody who just signed in; the token is shown once."""

    account: Account
    session: Session
    token: str = attrs.field(repr=False)

    @property
    def user_id(self) -> UserId:
        """Give who it is."""
        return self.session.user_id


class SignIn:
    """Opens accounts and lets their owners in."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        users: UserRepository,
        store: SessionStore,
        sessions: Sessions,
        passwords: PasswordHasher,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        """Work on these; `sessions` is the sibling use case over `store`."""
        self._transaction = transaction
        self._users = users
        self._store = store
        self._sessions = sessions
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    async def register(
        self,
        *,
        username: str,
        email: str,
        password: str,
        display_name: str | None = None,
        device: Device = UNKNOWN_DEVICE,
    ) -> SignedIn:
        """Open an account and sign it in.

        - Username and e-mail are unique whatever their case; capitals in the username are folded.
        - The display name defaults to the username.
        - InvalidError names the field; UsernameTakenError and EmailTakenError say what is taken.
        """
        name = checked_username(username)
        shown = checked_display_name(display_name if display_name is not None else name)
        checked_email(email)
        hashed = await self._passwords.hash(checked_password(password))
        now = to_milliseconds(self._clock.now())
        user = User(id=UserId(self._ids.new()), username=name, display_name=shown, created_at=now)
        account = Account(user=user, email=email, password_hash=hashed)
        async with self._transaction():
            await self._users.add(account, Registered(user_id=user.id))
            session, token = await self._sessions.start(user.id, user.role, device)
        return SignedIn(account=account, session=session, token=token)

    async def login(
        self, *, login: str, password: str, device: Device = UNKNOWN_DEVICE
    ) -> SignedIn:
        """Sign in with username or e-mail address.

        - WrongLoginError does not tell an unknown name from a wrong password or a suspended
          account, by its words or by the time it takes.
        - A hash made with older settings is renewed.
        - A password that is changed meanwhile counts as it is then: no session that was opened
          with the old one outlives the change.
        """
        account = None if "\0" in login else await self._users.find(login.strip())
        while True:
            known = account.password_hash if account else None
            good = await self._passwords.verify(password, known)
            if account is None or not good or account.user.standing is not Standing.ACTIVE:
                raise WrongLoginError
            signed_in = await self._enter(account, password, device)
            if signed_in is not None:
                return signed_in
            account = await self._users.account(account.user.id)

    async def _enter(self, account: Account, password: str, device: Device) -> SignedIn | None:
        """Sign in on a verified password; None when the account is another by now."""
        renewed = None
        if self._passwords.needs_rehash(account.password_hash):
            renewed = AccountChange(password_hash=await self._passwords.hash(password))
        async with self._transaction():
            # Whoever changes the password waits for this transaction, and then ends its session.
            present = await self._users.change(account.user.id, AccountChange())
            if present is None or _key(present) != _key(account):
                return None
            if renewed is not None:
                present = await self._users.change(account.user.id, renewed) or present
            session, token = await self._sessions.start(present.user.id, present.user.role, device)
        return SignedIn(account=present, session=session, token=token)

    async def change_password(self, session: Session, *, current: str, new: str) -> None:
        """Set a new password and end all other sessions.

        WrongPasswordError when `current` is wrong, also when it was changed elsewhere meanwhile;
        InvalidError when `new` breaks a rule.
        """
        checked_password(new, "new")
        user, change = session.user_id, None
        while True:
            known = await confirm_password(self._users, self._passwords, user, current)
            change = change or AccountChange(password_hash=await self._passwords.hash(new))
            async with self._transaction():
                if await holds_still(self._users, user, known):
                    await self._users.change(user, change)
                    await self._store.revoke(user, keep=session.id)
                    return


def _key(account: Account) -> tuple[str, Standing]:
    """Give what decides whether a password lets somebody in."""
    return account.password_hash, account.user.standing
