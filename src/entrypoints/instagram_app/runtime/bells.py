"""A bell between processes: what one writes, the worker in another one looks for at once."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from instagram_app.container.signals import Bell

_MANY = 4096


@attrs.frozen
class Wire:
    """A pipe that carries rings."""

    reading: int
    writing: int

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Wire"]:
        """Give a wire for the length of a block."""
        wire = cls(*os.pipe())
        os.set_blocking(wire.reading, False)
        os.set_blocking(wire.writing, False)
        try:
            yield wire
        finally:
            os.close(wire.reading)
            os.close(wire.writing)

    def send(self, bell: Bell) -> None:
        """Pass the rings of this process on."""
        bell.listen(self._ring)

    def receive(self, bell: Bell) -> None:
        """Ring in this process when another one did. To be called in the loop that runs."""
        asyncio.get_running_loop().add_reader(self.reading, self._rung, bell)

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # a full pipe rings loudly enough
            os.write(self.writing, b"!")

    def _rung(self, bell: Bell) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.reading, _MANY)
        bell.ring()
