"""Texts of request bodies, as the API's description tells their rules; the core enforces them.

A description may be narrower than the rule where the rule has no short form: whatever fits it is
accepted.
"""

from typing import Annotated, Any

import msgspec

from instagram_core.accounts.model import Account, User
from instagram_core.posts.model import Post, PostMedia

NO_NUL = r"^[^\u0000]*$"


def _rule(**schema: Any) -> msgspec.Meta:  # noqa: ANN401 - JSON Schema
    return msgspec.Meta(extra_json_schema=schema)


Username = Annotated[
    str,
    _rule(
        pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$",
        minLength=User.USERNAME_SHORTEST,
        maxLength=User.USERNAME_LONGEST,
    ),
]
Email = Annotated[
    str,
    _rule(
        pattern=r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$",
        maxLength=Account.EMAIL_LONGEST,
    ),
]
NewPassword = Annotated[
    str,
    _rule(pattern=NO_NUL, minLength=Account.PASSWORD_SHORTEST, maxLength=Account.PASSWORD_LONGEST),
]
DisplayName = Annotated[
    str,
    _rule(pattern=r"^[^\u0000]*\S[^\u0000]*$", maxLength=User.DISPLAY_NAME_LONGEST, minLength=1),
]
Bio = Annotated[str, _rule(pattern=NO_NUL, maxLength=User.BIO_LONGEST)]
Website = Annotated[
    str,
    _rule(
        pattern=r"^(https?://[A-Za-z0-9]+(/[A-Za-z0-9._~-]*)*)?$", maxLength=User.WEBSITE_LONGEST
    ),
]
Caption = Annotated[str, _rule(pattern=NO_NUL, maxLength=Post.CAPTION_LONGEST)]
Location = Annotated[str, _rule(pattern=NO_NUL, maxLength=Post.LOCATION_LONGEST)]
AltText = Annotated[str, _rule(pattern=NO_NUL, maxLength=PostMedia.ALT_TEXT_LONGEST)]
