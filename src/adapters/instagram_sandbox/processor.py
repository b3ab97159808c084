"""`ImageProcessor` over a pool of sandboxes."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.media.errors import (
    MediaRefused,
    MediaTooLargeError,
    MediaTruncatedError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageInfo, RenderedImage
from instagram_core.media.policy import SNIFFED_BYTES, sniff
from instagram_core.media.ports import ImageProcessor
from instagram_sandbox.child import SandboxDied
from instagram_sandbox.limits import ENCODINGS, Limits
from instagram_sandbox.pool import SandboxPool
from instagram_sandbox.program import Program
from instagram_sandbox.wire import Reply, Task, WireError, read_image, read_info, read_refusal

T = TypeVar("T", ImageInfo, RenderedImage)
Reading: TypeAlias = Callable[[Reply, Sequence[bytes]], T]

_HEADERS_PER_CHILD: Final = 1_000
_PATIENCE: Final = 3
"""How many times its processor time a picture may wait for the processor of a busy machine."""


class SandboxedImageProcessor(ImageProcessor):
    """Has pictures read by the program of a subclass, in processes of their own.

    Nothing is decoded in the caller's process. Sandboxes start with the first pictures, at most
    `children` for rendering and one for headers; they take one picture at a time, and are replaced
    after `pictures_per_child`, after a fault and after a cancelled call.

    A picture that needs more processor time or memory than it may, or that crashes its decoder
    twice, is refused as MediaTruncatedError: within the limits of bytes and pixels only damaged or
    crafted data does that. AdapterUnavailable is for the machine: a sandbox that cannot be started,
    is killed from outside twice, or waits three times `seconds` for a processor.
    """

    def __init__(
        self,
        *,
        max_bytes: int = 10 * 1024 * 1024,
        max_pixels: int = 50_000_000,
        seconds: float = 10.0,
        memory_bytes: int = 1280 * 1024 * 1024,
        children: int = 2,
        pictures_per_child: int = 100,
        encodings: tuple[str, ...] = ENCODINGS,
    ) -> None:
        """Set the limits; `seconds` and `memory_bytes` are of processor and data of one child.

        ImportError when a library that the sandboxes need is not installed.
        """
        program = self.program()
        _require(program.libraries)
        if children < 1 or pictures_per_child < 1:
            raise ValueError("children and pictures_per_child must be at least 1")
        self._limits = Limits(
            max_bytes=max_bytes,
            max_pixels=max_pixels,
            seconds=seconds,
            memory_bytes=memory_bytes,
            encodings=encodings,
        )
        # Headers have a sandbox of their own: an upload must not wait until pictures are rendered.
        self._lanes = {
            task: SandboxPool(program, self._limits, children=most, pictures=pictures)
            for task, most, pictures in (
                (Task.PROBE, 1, _HEADERS_PER_CHILD),
                (Task.RENDER, children, pictures_per_child),
            )
        }

    @abstractmethod
    def program(self) -> Program:
        """Give what the sandboxes run; asked once."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all sandboxes; calls under way raise AdapterClosed. Closing twice is fine."""
        for lane in self._lanes.values():
            await lane.close()

    async def probe(self, data: bytes) -> ImageInfo:
        """Give format and upright size; MediaTooLargeError over `max_bytes`."""
        return await self._answer(Task.PROBE, data, read_info)

    async def render(self, data: bytes) -> RenderedImage:
        """Make every size in every encoding; MediaTooLargeError over `max_bytes`."""
        return await self._answer(Task.RENDER, data, read_image)

    async def versions(self) -> dict[str, str]:
        """Give the versions of the libraries that decode."""
        async with self._lanes[Task.PROBE].lease() as child:
            return {name: str(value) for name, value in child.greeting.items() if name != "lengths"}

    async def _answer(self, task: Task, data: bytes, read: Reading[T]) -> T:
        if self._lanes[task].is_closed:
            raise AdapterClosed("the image processor is closed")
        self._refuse(data)
        try:
            answer = await self._asked_twice(task, data, read)
        except WireError as error:
            raise AdapterUnavailable("the image sandbox gave no answer") from error
        if isinstance(answer, MediaRefused):
            raise answer
        return answer

    async def _asked_twice(self, task: Task, data: bytes, read: Reading[T]) -> T | MediaRefused:
        try:
            return await self._asked(task, data, read)
        except SandboxDied as first:
            if first.is_out_of_time:
                raise MediaTruncatedError("reading it takes longer than allowed") from first
        try:
            return await self._asked(task, data, read, fresh=True)
        except SandboxDied as second:
            raise self._verdict(second) from second

    async def _asked(
        self, task: Task, data: bytes, read: Reading[T], *, fresh: bool = False
    ) -> T | MediaRefused:
        # A refusal is given and not raised in here: it is no reason to end the sandbox.
        async with self._lanes[task].lease(fresh=fresh) as child:
            try:
                async with asyncio.timeout(_PATIENCE * self._limits.seconds):
                    reply, blobs = await child.ask(task, data)
            except TimeoutError as error:
                raise AdapterUnavailable("the image sandbox did not answer in time") from error
            return read_refusal(reply) or read(reply, blobs)

    def _refuse(self, data: bytes) -> None:
        if len(data) > self._limits.max_bytes:
            raise MediaTooLargeError(f"{len(data)} bytes")
        if sniff(data[:SNIFFED_BYTES]) is None:
            raise UnsupportedMediaError("no format that is read")

    def _verdict(self, death: SandboxDied) -> MediaRefused | AdapterUnavailable:
        if death.is_out_of_time:
            return MediaTruncatedError("reading it takes longer than allowed")
        if death.is_killed:
            return AdapterUnavailable("the image sandbox was killed")
        return MediaTruncatedError("its data ends the process that reads it")


def _require(libraries: Sequence[str]) -> None:
    # Only sandboxes import them, and the first picture is late to learn that one is missing.
    for name in libraries:
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
