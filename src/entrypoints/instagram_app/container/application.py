"""All that the edges of the app use: HTTP, workers and commands see this and nothing behind it."""

import attrs

from instagram_app.container.jobs import JobFamily
from instagram_app.container.signals import Bell, Readiness, Truth
from instagram_app.observability.metrics import Metrics
from instagram_app.settings.table import Settings
from instagram_core.assembly import RelationalFamily, Services
from instagram_core.assembly.families import TimelineFamily
from instagram_core.kernel.clock import Clock
from instagram_core.kernel.ids import IdGenerator
from instagram_core.limits.service import Limits


@attrs.frozen(kw_only=True)
class Application:
    """The use cases of one process, wired, and what the process shares."""

    services: Services
    """Every use case, by capability."""
    limits: Limits | None
    """What judges requests; None when limits are off."""
    relational: RelationalFamily
    """For operators' commands and workers: the schedules, the counters."""
    jobs: JobFamily
    """For operators' commands and workers: what waits, and the way it takes."""
    timelines: TimelineFamily
    """For operators' commands: what makes reading feeds quick."""

    settings: Settings
    clock: Clock
    ids: IdGenerator
    metrics: Metrics
    bell: Bell
    """To be rung after every write that may have made jobs."""
    readiness: Readiness
    truth: Truth
    """Whether the store of record can be asked."""
