"""Keys and what they remember."""

from typing import ClassVar
from uuid import UUID

import attrs

from instagram_core.kernel.errors import InvalidError


@attrs.frozen(kw_only=True)
class EffectKey:
    """A client's key, within one user and one route."""

    LONGEST: ClassVar[int] = 255

    user: UUID
    route: str
    key: str = attrs.field()

    @key.validator
    def _check_key(self, _: object, value: str) -> None:
        if not value or len(value) > self.LONGEST or not (value.isascii() and value.isprintable()):
            raise InvalidError("Idempotency-Key", "must be 1 to 255 printable ASCII characters")


@attrs.frozen(kw_only=True)
class StoredAnswer:
    """The first success of a key."""

    status: int
    body: bytes
