"""What a refusal of Valkey means to the callers of a port: one table, by its first word."""

from collections.abc import Mapping
from typing import Final

import attrs
from libvalkey import ReplyError

from instagram_core.kernel.errors import AdapterError, AdapterUnavailable


@attrs.frozen
class Meaning:
    """What one kind of refusal is to the caller."""

    error: type[AdapterError] = AdapterUnavailable
    parts: bool = False
    """Whether another server, or this one later, may answer on a new connection."""


BY_WORD: Final[Mapping[str, Meaning]] = {
    "BUSY": Meaning(),  # a script runs for too long
    "CLUSTERDOWN": Meaning(parts=True),
    "LOADING": Meaning(parts=True),  # it started and reads its snapshot
    "MASTERDOWN": Meaning(parts=True),  # a replica that lost its primary
    "MISCONF": Meaning(),  # it cannot write its snapshot
    "NOAUTH": Meaning(parts=True),
    "NOPERM": Meaning(),
    "NOREPLICAS": Meaning(),
    "OOM": Meaning(),  # maxmemory is reached, and nothing may be evicted
    "READONLY": Meaning(parts=True),  # a replica, or a primary that was demoted
    "TRYAGAIN": Meaning(),  # keys are moving between the nodes of a cluster
    "UNKILLABLE": Meaning(),
    "WRONGPASS": Meaning(parts=True),
}
"""Refusals that pass; any other one is a defect of this package, to be seen as it is."""

_FULL: Final = "ERR max number of clients reached"


def meaning_of(refusal: ReplyError) -> Meaning | None:
    """Give what a refusal means; None for a defect."""
    text = str(refusal)
    if text.startswith(_FULL):
        return Meaning(parts=True)
    return BY_WORD.get(_word(text))


def is_out_of_memory(error: AdapterUnavailable) -> bool:
    """Tell whether the server refused because it is full: forgetting is all that it still does."""
    return isinstance(error.__cause__, ReplyError) and is_full(error.__cause__)


def is_full(refusal: ReplyError) -> bool:
    """Tell whether a refusal says that there is no memory left."""
    return _word(str(refusal)) == "OOM"


def unavailable(message: str, cause: BaseException) -> AdapterUnavailable:
    """Give the error for `cause`, to be raised elsewhere."""
    error = AdapterUnavailable(message)
    error.__cause__ = cause
    return error


def _word(text: str) -> str:
    # Servers before 7 wrap what a command inside a script answered: "… @user_script: 3: -OOM …".
    _, wrapped, inner = text.partition("@user_script") if text.startswith("ERR") else ("", "", "")
    _, _, inside = inner.partition(": -")
    return ((inside if wrapped and inside else text).split() or [""])[0]
