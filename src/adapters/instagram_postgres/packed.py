"""Many ids in one value: a row, or an element of an array, costs several times what an id does."""

from collections.abc import Iterable
from struct import Struct
from typing import Final
from uuid import UUID, SafeUUID

_IDS: Final = Struct(">QQ")

# The constructor checks and converts, which takes most of its two microseconds.
_new: Final = object.__new__
_set_int: Final = UUID.__dict__["int"].__set__
_set_is_safe: Final = UUID.__dict__["is_safe"].__set__


def uuid_of(data: bytes) -> UUID:
    """Give the UUID of sixteen bytes."""
    made = _new(UUID)
    _set_int(made, int.from_bytes(data))
    _set_is_safe(made, SafeUUID.unknown)
    return made


def uuids_of(data: bytes) -> list[UUID]:
    """Give the UUIDs that lie in `data` one after the other."""
    new, set_int, set_is_safe, unknown = _new, _set_int, _set_is_safe, SafeUUID.unknown
    found: list[UUID] = []
    for high, low in _IDS.iter_unpack(data):
        made = new(UUID)
        set_int(made, high << 64 | low)
        set_is_safe(made, unknown)
        found.append(made)
    return found


def array_of(ids: Iterable[UUID]) -> str:
    """Give an array of ids as the server reads it: for a parameter cast to `uuid[]`."""
    return "{" + ",".join([each.hex for each in ids]) + "}"
