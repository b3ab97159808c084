"""`instagram serve`."""

from functools import partial
from typing import Annotated, Final

from cyclopts import Parameter

from instagram_app.cli.failure import WrongUse
from instagram_app.cli.options import DEFAULT, Options

_HIGHEST_PORT: Final = 65535


def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes a free one.")] = 8000,
    processes: Annotated[
        int, Parameter(help="HTTP processes. Above 1: and one that works off jobs.")
    ] = 1,
    worker: Annotated[bool, Parameter(help="Work off jobs. Without, uploads wait.")] = True,
    options: Options = DEFAULT,
) -> int:
    """Run the app: HTTP, worker and scheduler.

    Without any settings everything is kept in one data directory, in a database that the app runs
    itself. When it is ready it prints its address, the only line on standard output. SIGTERM or
    Ctrl-C lets requests and jobs finish, for ten seconds at most. Processes that end are started
    again; SIGHUP replaces them one by one.
    """
    from instagram_app.cli.child import command_of
    from instagram_app.cli.settings_of import settings_of, settings_of_process
    from instagram_app.runtime.supervising import Supervisor

    if not 0 <= port <= _HIGHEST_PORT:
        raise WrongUse(f"--port is {port}; it has to be from 0 to {_HIGHEST_PORT}")
    if processes < 1:
        raise WrongUse(f"--processes is {processes}; it has to be 1 or more")
    settings = settings_of_process(options)
    return Supervisor(
        settings=settings,
        host=host,
        port=port,
        processes=processes,
        has_worker=worker,
        command=partial(command_of, options),
        read_settings=partial(settings_of, options),
    ).run()
