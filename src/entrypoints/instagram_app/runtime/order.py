"""What a supervisor tells a child to be, as one word of its command."""

import json
import socket
from typing import Self

import attrs

from instagram_app.runtime.bells import Wire


@attrs.frozen(kw_only=True)
class Order:
    """One child of a server."""

    parent: int
    """The process that gives the order."""
    listener: int | None
    """The socket to serve on, as an open file; None for a worker."""
    has_worker: bool
    """Whether it works off jobs."""
    is_alone: bool
    """Whether nobody else may use the data directory."""
    processes: int
    """How many serve side by side."""
    wire: tuple[int, int] | None
    """The bell of the worker in another process, as open files."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Give the order that `text` is."""
        fields = json.loads(text)
        return cls(**fields | {"wire": fields["wire"] and tuple(fields["wire"])})

    def __str__(self) -> str:
        """Give the text for `read`."""
        return json.dumps(attrs.asdict(self))

    @property
    def name(self) -> str:
        """Give what it is called in the log."""
        return "worker" if self.listener is None else "server"

    @property
    def open_files(self) -> tuple[int, ...]:
        """Give the open files that it gets."""
        return (*(() if self.listener is None else (self.listener,)), *(self.wire or ()))

    def socket(self) -> socket.socket | None:
        """Give the socket to serve on, in the process that got it."""
        return None if self.listener is None else socket.socket(fileno=self.listener)

    def bell(self) -> Wire | None:
        """Give the wire to the other processes, in the process that got it."""
        return None if self.wire is None else Wire(*self.wire)
