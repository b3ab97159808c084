"""`instagram serve`."""

from typing import Annotated, Final

from cyclopts import Parameter

from instagram_app.cli.failure import WrongUse
from instagram_app.cli.options import DEFAULT, Options

_HIGHEST_PORT: Final = 65535


def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes a free one.")] = 8000,
    processes: Annotated[int, Parameter(help="HTTP processes; this version serves with one.")] = 1,
    worker: Annotated[
        bool, Parameter(help="Work off jobs in this process. Without, uploads wait.")
    ] = True,
    options: Options = DEFAULT,
) -> int:
    """Run the app: HTTP, worker and scheduler.

    Without any settings everything is kept in one data directory, in a database that the app runs
    itself. When it is ready it prints its address, the only line on standard output. SIGTERM or
    Ctrl-C lets requests and jobs finish, for ten seconds at most.
    """
    from instagram_app.cli.settings_of import settings_of_process
    from instagram_app.runtime.serving import Serving

    if not 0 <= port <= _HIGHEST_PORT:
        raise WrongUse(f"--port is {port}; it has to be from 0 to {_HIGHEST_PORT}")
    if processes < 1:
        raise WrongUse(f"--processes is {processes}; it has to be 1 or more")
    settings = settings_of_process(options)
    return Serving(
        settings=settings, host=host, port=port, processes=processes, has_worker=worker
    ).run()
