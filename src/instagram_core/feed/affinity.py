"""How close somebody is to whom: by what they did lately, each thing worth less as it ages. Pure.

A comment and a message are worth something, too, once there are any: each becomes a member of
`Interaction` with its worth, and a part of `Affinities.strengths`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_DAY_MS: Final = 24 * 3_600_000

HALF_LIFE_MS: Final = 30 * _DAY_MS
"""After so long an interaction is worth half."""
FORGOTTEN_MS: Final = 10 * HALF_LIFE_MS
"""After so long an interaction is worth nothing."""
LIKES: Final = 500
"""Likes that are looked at: those of the posts with the highest ids, which are the newest."""


class Interaction(StrEnum):
    """What shows whose posts somebody cares for."""

    LIKE = "like"
    VISIT = "visit"
    """Of a profile."""


WORTH: Final[Mapping[Interaction, float]] = MappingProxyType(
    {Interaction.LIKE: 1.0, Interaction.VISIT: 0.5}
)
"""Of one interaction in the moment when it happens."""


def faded(strength: float, since: int, at: int) -> float:
    """Give what a strength of the moment `since` is worth at `at` (Unix ms).

    Never more, half after a half-life, nothing after ten.
    """
    age = max(0, at - since)
    return 0.0 if age >= FORGOTTEN_MS else float(strength * 2.0 ** (-age / HALF_LIFE_MS))
