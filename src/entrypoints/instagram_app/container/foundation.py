"""What every adapter may rely on."""

import attrs

from instagram_app.container.valkey import SharedValkey
from instagram_app.observability.metrics import Metrics
from instagram_app.resilience.guards import Guards
from instagram_app.settings.table import Settings
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.ids import IdGenerator


@attrs.frozen(kw_only=True)
class Foundation:
    """Settings, time, ids, secret, numbers, guards: given to every factory, one's own too."""

    settings: Settings
    clock: Clock
    ids: IdGenerator
    secret: bytes = attrs.field(repr=False)
    """Signs sessions, cursors and media addresses."""
    metrics: Metrics
    guards: Guards = attrs.field(factory=Guards)
    """`guards.of("valkey")` is what an adapter puts around its exchanges, and `probe_with` tells
    that guard how to find out that the server is back."""
    valkey: SharedValkey
    """`await valkey.client()` gives the client that everything in this process shares."""
    processes: int = 1
    """How many serve side by side: each allows its part of a limit when they cannot share it."""
    is_alone: bool = True
    """False for a command that may run beside the server of the same data directory."""
