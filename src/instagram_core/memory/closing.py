"""What every in-memory adapter shares: it can be closed, and says so when used afterwards."""

from instagram_core.kernel.errors import AdapterClosed


class Closable:
    """Something that ends for good with `close`."""

    _is_closed = False

    async def close(self) -> None:
        """End the use of this adapter; closing again does nothing."""
        self._is_closed = True

    def check_open(self) -> None:
        """Raise AdapterClosed after `close`."""
        if self._is_closed:
            raise AdapterClosed(f"{type(self).__name__} is closed")
