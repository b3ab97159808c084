"""What happens to accounts."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event


@attrs.frozen(kw_only=True)
class Registered(Event):
    """Somebody opened an account."""

    kind = "registered"
    user_id: UserId


@attrs.frozen(kw_only=True)
class PrivacyChanged(Event):
    """An account went private or public; the handler reads which it is now."""

    kind = "privacy_changed"
    user_id: UserId


@attrs.frozen(kw_only=True)
class ProfileChanged(Event):
    """What everybody sees of an account changed. Never recorded: for those who react at once."""

    kind = "profile_changed"
    user_id: UserId


@attrs.frozen(kw_only=True)
class StandingChanged(Event):
    """An account was suspended or came back; the handler reads which it is now."""

    kind = "standing_changed"
    user_id: UserId


@attrs.frozen(kw_only=True)
class AccountDeleted(Event):
    """An account is gone for everybody; its data and files are still to be erased."""

    kind = "account_deleted"
    user_id: UserId


@attrs.frozen(kw_only=True)
class SessionsChanged(Event):
    """Copies of somebody's sessions are out of date; recorded only where copies are kept."""

    kind = "sessions_changed"
    user_id: UserId


@attrs.frozen(kw_only=True)
class SweepDue(Event):
    """It is time to forget what is over: expired sessions, old idempotency keys."""

    kind = "sweep_due"
