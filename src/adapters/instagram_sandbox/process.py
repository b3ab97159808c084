"""The child process: `python -m instagram_sandbox.process DECODER LIMITS PICTURES`.

Its input is a socket. It has no secrets in its environment, no open files and no right to write
any, and a bound on memory and on processor time. Whatever a picture makes of it, it has nothing to
give away, and the parent replaces it.
"""

import contextlib
import resource
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from instagram_core.media.errors import MediaRefused, MediaTruncatedError
from instagram_sandbox.limits import Limits
from instagram_sandbox.pipeline import Pipeline
from instagram_sandbox.wire import REQUEST, Task, frames, probed, refused, rendered

_OPEN_FILES: Final = 64
_STARTING_SECONDS: Final = 20


def main(arguments: Sequence[str]) -> None:
    """Answer requests until the parent hangs up or the last picture is done."""
    decoder, limits, pictures = arguments[0], Limits.from_json(arguments[1]), int(arguments[2])
    _confine(limits, pictures)
    channel = socket.socket(fileno=0)
    try:
        pipeline = _pipeline(decoder, limits)
    except (ImportError, OSError) as error:
        channel.sendall(b"".join(frames({"failed": str(error)})))
        return
    channel.sendall(b"".join(frames(pipeline.versions())))
    for _ in range(pictures):
        task, data = _request(channel, limits)
        # A signal nobody handles, at once, whatever native code is doing; threads count too.
        signal.setitimer(signal.ITIMER_PROF, limits.seconds)
        reply = _answer(pipeline, task, data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for frame in reply:
            channel.sendall(frame)


def _pipeline(decoder: str, limits: Limits) -> Pipeline:
    module, _, name = decoder.partition(":")
    return Pipeline(limits, getattr(import_module(module), name)(limits))


def _confine(limits: Limits, pictures: int) -> None:
    seconds = _STARTING_SECONDS + int(limits.seconds + 1) * pictures
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_DATA: limits.memory_bytes,
    }
    for bound, value in bounds.items():
        # macOS knows some of these by name only.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(bound, (value, value))


def _request(channel: socket.socket, limits: Limits) -> tuple[Task, bytes]:
    """Wait for the next request; ends the process when the parent is gone."""
    try:
        task, length = REQUEST.unpack(channel.recv(REQUEST.size, socket.MSG_WAITALL))
    except (struct.error, ConnectionError):
        sys.exit(0)
    if length > limits.max_bytes:
        sys.exit("more bytes than agreed")
    data = channel.recv(length, socket.MSG_WAITALL)
    if len(data) < length:
        sys.exit(0)
    return Task(task), data


def _answer(pipeline: Pipeline, task: Task, data: bytes) -> list[bytes]:
    try:
        if task is Task.PROBE:
            return frames(probed(pipeline.probe(data)))
        return frames(*rendered(pipeline.render(data)))
    except MediaRefused as refusal:
        return frames(refused(refusal))
    except MemoryError:
        return frames(refused(MediaTruncatedError("reading it takes more memory than allowed")))
    except Exception as error:  # noqa: BLE001 - no picture's fault, and the parent is to know
        return frames({"failed": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main(sys.argv[1:])
