"""From a set of ports to all use cases: what an application, or a script, builds on.

`docs/embedding.md` shows how, and lists which use case is where.
"""

from instagram_core.assembly.caching import with_cached_sessions
from instagram_core.assembly.families import RelationalFamily, TimelineFamily
from instagram_core.assembly.ports import Ports
from instagram_core.assembly.services import Services, assemble

__all__ = [
    "Ports",
    "RelationalFamily",
    "Services",
    "TimelineFamily",
    "assemble",
    "with_cached_sessions",
]
