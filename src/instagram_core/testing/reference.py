"""The in-memory implementation of every port of the relational family, as one subject."""

from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.clock import Clock


def reference_family(clock: Clock) -> RelationalFamily:
    """Give an empty family in memory: the specification that adapters are compared with."""
    raise NotImplementedError
