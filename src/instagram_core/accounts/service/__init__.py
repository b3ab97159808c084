"""The use cases of accounts."""

from instagram_core.accounts.service.administration import Administration
from instagram_core.accounts.service.closing import AccountClosing
from instagram_core.accounts.service.profile import ProfileEditing
from instagram_core.accounts.service.sessions import Device, Sessions
from instagram_core.accounts.service.sign_in import SignedIn, SignIn

__all__ = [
    "AccountClosing",
    "Administration",
    "Device",
    "ProfileEditing",
    "Sessions",
    "SignIn",
    "SignedIn",
]
