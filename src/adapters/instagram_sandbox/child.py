"""The parent's side of one sandbox process."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_sandbox.limits import Limits
from instagram_sandbox.program import Program
from instagram_sandbox.wire import LONGEST_HEADER, REPLY, REQUEST, Reply, Task, WireError

_STARTING_SECONDS: Final = 20.0
_LIBRARY_PATHS: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class SandboxDied(Exception):
    """The process ended in the middle of a picture."""

    def __init__(self, code: int) -> None:
        """Take the exit code, negative for a signal."""
        super().__init__(f"the sandbox ended with {code}")
        self.is_out_of_time = code in {-signal.SIGPROF, -signal.SIGXCPU}
        self.is_killed = code == -signal.SIGKILL


class SandboxChild:
    """A warm process that takes one picture at a time."""

    def __init__(
        self, process: asyncio.subprocess.Process, channel: socket.socket, pictures: int
    ) -> None:
        """Take a process that has been started; use `start`."""
        self._process = process
        self._channel = channel
        self._left = pictures
        self.greeting: Mapping[str, object] = {}

    @classmethod
    async def start(cls, program: Program, limits: Limits, pictures: int) -> "SandboxChild":
        """Start a process and wait until it is warm; AdapterUnavailable when it does not come."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-s", "-P", "-m", "instagram_sandbox.process"),
                    *(program.decoder, limits.to_json(), str(pictures)),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=_environment(program),
                    start_new_session=True,
                )
        except BaseException as error:
            ours.close()
            if isinstance(error, OSError):
                raise AdapterUnavailable("the image sandbox cannot be started") from error
            raise
        ours.setblocking(False)  # noqa: FBT003 - its signature
        child = cls(process, ours, pictures)
        try:
            async with asyncio.timeout(_STARTING_SECONDS):
                child.greeting = (await child.receive())[0].fields
        except BaseException as error:
            child.kill()
            await child.buried()
            if isinstance(error, (SandboxDied, TimeoutError, WireError)):
                raise AdapterUnavailable("the image sandbox does not start") from error
            raise
        return child

    @property
    def is_usable(self) -> bool:
        """Tell whether the process lives and may take another picture."""
        return self._left > 0 and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Give the process id."""
        return self._process.pid

    async def ask(self, task: Task, data: bytes) -> tuple[Reply, list[bytes]]:
        """Send a picture and give the reply; SandboxDied when the process ends instead."""
        self._left -= 1
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._channel, REQUEST.pack(task, len(data)))
            await loop.sock_sendall(self._channel, data)
        except ConnectionError as error:
            raise await self._death() from error
        return await self.receive()

    async def receive(self) -> tuple[Reply, list[bytes]]:
        """Give the next reply and the bytes that follow it."""
        (length,) = REPLY.unpack(await self._exactly(REPLY.size))
        if length > LONGEST_HEADER:
            raise WireError("a reply of impossible length")
        reply = Reply.read(await self._exactly(length))
        if "failed" in reply.fields:
            raise AdapterUnavailable(f"the image sandbox: {str(reply.fields['failed'])[:200]}")
        return reply, [await self._exactly(length) for length in reply.lengths]

    def kill(self) -> None:
        """End the process and whatever it started."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def buried(self) -> None:
        """Wait until nothing of the process is left; only when no call is under way."""
        self._channel.close()
        await self._process.wait()

    async def _exactly(self, length: int) -> bytes:
        loop = asyncio.get_running_loop()
        received = bytearray(length)
        rest = memoryview(received)
        while rest:
            try:
                count = await loop.sock_recv_into(self._channel, rest)
            except ConnectionError:
                count = 0
            if count == 0:
                raise await self._death()
            rest = rest[count:]
        return bytes(received)

    async def _death(self) -> SandboxDied:
        # A process that hung up and lives on is not waited for; of one that is ending this
        # changes nothing, its exit code is settled before its end of the channel is closed.
        self.kill()
        return SandboxDied(await self._process.wait())


def _environment(program: Program) -> dict[str, str]:
    """Give all the child may know: where the code lies, and how its libraries are to behave."""
    inherited = {name: os.environ[name] for name in _LIBRARY_PATHS if name in os.environ}
    return {
        **inherited,
        **program.environment,
        "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
        "MALLOC_ARENA_MAX": "1",
    }
