"""The relational family, where contracts look for it.

Contracts use what they need of it. An adapter of a single port is tested among the in-memory
others: `attrs.evolve(reference_family(clock), likes=mine)`.
"""

from instagram_core.assembly.families import RelationalFamily

__all__ = ["RelationalFamily"]
