"""The way into the processes that `instagram serve` starts."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from instagram_app.cli.failure import sentence_of
from instagram_app.cli.options import Options
from instagram_app.cli.settings_of import settings_of_process
from instagram_app.runtime.child import READY
from instagram_app.runtime.family import end_with
from instagram_app.runtime.order import Order

_PROGRAM: Final = "from instagram_app.cli.child import main; main()"


def command_of(options: Options, order: Order) -> list[str]:
    """Give the command of a child; the number of its pipe has to be added."""
    words = ["" if path is None else str(path) for path in (options.data, options.config)]
    debug = "--debug" if options.debug else ""
    # -P: what lies in the current directory is not to be imported, as with the command itself.
    return [sys.executable, "-P", "-c", _PROGRAM, str(order), *words, debug]


def main() -> None:
    """Be what the command line orders, and exit; tell through the pipe how the start went."""
    order_text, data, config, debug, pipe = sys.argv[1:]
    order = Order.read(order_text)
    end_with(order.parent)
    for number in (*order.open_files, int(pipe)):
        os.set_inheritable(number, False)  # noqa: FBT003 - its way
    told = _once(int(pipe))
    try:
        options = Options(
            data=Path(data) if data else None, config=Path(config) if config else None
        )
        code = _run(order, options, lambda: told(READY))
    except Exception as error:
        told(sentence_of(error))
        if debug:
            raise
        sys.exit(1)
    sys.exit(code)


def _run(order: Order, options: Options, tell_ready: Callable[[], None]) -> int:
    settings = settings_of_process(options)
    if (listener := order.socket()) is None:
        from instagram_app.runtime.working import run_worker
        from instagram_app.worker.working import DEFAULT_CONCURRENCY
        from instagram_core.jobs.model import QUEUES

        return run_worker(
            settings,
            queues=QUEUES,
            concurrency=DEFAULT_CONCURRENCY,
            wire=order.bell(),
            tell_ready=tell_ready,
        )
    from instagram_app.runtime.serving import Serving

    return Serving(
        settings=settings,
        listener=listener,
        tell_ready=tell_ready,
        has_worker=order.has_worker,
        is_alone=order.is_alone,
        processes=order.processes,
        wire=order.bell(),
    ).run()


def _once(pipe: int) -> Callable[[str], None]:
    """Give what writes the first words that it gets, and closes the pipe."""
    pipes = [pipe]

    def tell(words: str) -> None:
        if pipes:
            with os.fdopen(pipes.pop(), "w") as stream:
                stream.write(words)

    return tell
