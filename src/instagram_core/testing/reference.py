"""The in-memory implementation of every port of the relational family, as one subject."""

from instagram_core.kernel.clock import Clock
from instagram_core.testing.families import RelationalFamily


def reference_family(clock: Clock) -> RelationalFamily:
    """Give an empty family in memory: the specification that adapters are compared with."""
    raise NotImplementedError
