"""Where a process starts: adapters opened in order, services made of them, all closed again."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from instagram_app.container import data_directory
from instagram_app.container.adapters import Adapters
from instagram_app.container.application import Application
from instagram_app.container.carried import absent_adapters
from instagram_app.container.cassandra import open_cassandra
from instagram_app.container.errors import AdapterRefused
from instagram_app.container.foundation import Foundation
from instagram_app.container.secret_key import secret_key
from instagram_app.container.services import ServiceContainer
from instagram_app.container.session_cache import open_session_cache
from instagram_app.container.valkey import SharedValkey
from instagram_app.observability.metrics import Metrics
from instagram_app.resilience.guards import Guards
from instagram_app.settings.consistency import (
    problems_of_several_processes,
    uses_data_directory,
)
from instagram_app.settings.table import Settings
from instagram_core.kernel.clock import Clock, SystemClock
from instagram_core.kernel.ids import UuidV7Generator


@asynccontextmanager
async def open_application(
    settings: Settings, *, is_alone: bool = True, processes: int = 1, clock: Clock | None = None
) -> AsyncIterator[Application]:
    """Open what settings ask for and give the application; closed in reverse order.

    To be called in the process and the event loop that serve. `is_alone` False: for a command
    that may run while a server uses the same data directory. `processes`: how many serve side by
    side. Time comes from `clock`, by default the machine's. StartRefused says in a sentence why it
    cannot be.
    """
    if absent := absent_adapters(settings):
        raise AdapterRefused("\n".join(absent))
    async with AsyncExitStack() as stack:
        stack.enter_context(_directory(settings, is_alone=is_alone))
        foundation = make_foundation(settings, is_alone=is_alone, processes=processes, clock=clock)
        foundation.metrics.watch_dependencies(foundation.guards.numbers)
        adapters, enter = Adapters(foundation=foundation), stack.enter_async_context
        await enter(foundation.guards)
        await enter(foundation.valkey)
        await enter(open_cassandra(settings, foundation.guards))
        relational = await enter(adapters.relational.opened())
        container = ServiceContainer(
            foundation=foundation,
            relational=relational,
            jobs=await enter(adapters.jobs.opened(relational=relational)),
            media=await enter(adapters.media.opened()),
            images=await enter(adapters.images.opened()),
            limiter=await enter(adapters.limits.opened()),
            timelines=await enter(adapters.timelines.opened()),
            passwords=await enter(adapters.passwords.opened()),
            session_cache=await open_session_cache(foundation),
        )
        yield container.application()


def make_foundation(
    settings: Settings, *, is_alone: bool, processes: int = 1, clock: Clock | None = None
) -> Foundation:
    """Give what adapters rely on; the data directory must be there."""
    clock, guards = clock or SystemClock(), Guards()
    return Foundation(
        settings=settings,
        clock=clock,
        ids=UuidV7Generator(clock),
        secret=secret_key(settings),
        metrics=Metrics(),
        guards=guards,
        valkey=SharedValkey(settings, guards),
        processes=processes,
        is_alone=is_alone,
    )


def _directory(settings: Settings, *, is_alone: bool) -> contextlib.AbstractContextManager[None]:
    if not uses_data_directory(settings):
        return contextlib.nullcontext()
    if is_alone and problems_of_several_processes(settings, "this"):
        return data_directory.held(settings.data)
    data_directory.prepare(settings.data)
    return contextlib.nullcontext()
