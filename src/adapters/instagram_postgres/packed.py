"""Many ids in one value: a row, or an element of an array, costs several times what an id does."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID, SafeUUID

_SIZE: Final = 16

_new: Final = object.__new__
_set: Final = object.__setattr__


def uuid_of(data: bytes) -> UUID:
    """Give the UUID of sixteen bytes, without the checks of its constructor, which cost most."""
    made = _new(UUID)
    _set(made, "int", int.from_bytes(data))
    _set(made, "is_safe", SafeUUID.unknown)
    return made


def uuids_of(data: bytes) -> list[UUID]:
    """Give the UUIDs that lie in `data` one after the other."""
    return [uuid_of(data[start : start + _SIZE]) for start in range(0, len(data), _SIZE)]


def array_of(ids: Iterable[UUID]) -> str:
    """Give an array of ids as the server reads it: for a parameter cast to `uuid[]`."""
    return "{" + ",".join([each.hex for each in ids]) + "}"
