"""`instagram worker`."""

from typing import Annotated

from cyclopts import Parameter

from instagram_app.cli.failure import WrongUse
from instagram_app.cli.options import DEFAULT, Options


def worker(
    *,
    queues: Annotated[
        str | None, Parameter(help="Queues, separated by commas (default: all).")
    ] = None,
    concurrency: Annotated[
        int | None, Parameter(help="Jobs at once (default: processors and two more).")
    ] = None,
    options: Options = DEFAULT,
) -> int:
    """Work off jobs, without HTTP; many workers may run.

    Workers beside a server share limits and timelines with it, which needs Valkey. SIGTERM or
    Ctrl-C lets jobs finish for eight seconds and gives the rest back.
    """
    from instagram_app.cli.settings_of import settings_of_process
    from instagram_app.runtime.working import run_worker
    from instagram_app.worker.working import DEFAULT_CONCURRENCY
    from instagram_core.jobs.model import QUEUES

    chosen = QUEUES if queues is None else tuple(part.strip() for part in queues.split(","))
    if unknown := [name for name in chosen if name not in QUEUES]:
        raise WrongUse(f"there is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}")
    if concurrency is not None and concurrency < 1:
        raise WrongUse(f"--concurrency is {concurrency}; it has to be 1 or more")
    settings = settings_of_process(options)
    return run_worker(settings, queues=chosen, concurrency=concurrency or DEFAULT_CONCURRENCY)
