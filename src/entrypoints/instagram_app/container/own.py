"""Adapters of one's own, chosen as `package.module:factory`."""

import importlib
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Final

from instagram_app.container.errors import AdapterRefused
from instagram_app.container.families import TimelineFamily
from instagram_app.container.foundation import Foundation
from instagram_app.settings.values import Family
from instagram_core.assembly import RelationalFamily
from instagram_core.limits.ports import RateLimiter
from instagram_core.media.ports import ImageProcessor, MediaStore

OWN: Final = "own"
"""The key of the way to one's own adapter among those of a family."""

EXPECTED: Final[dict[Family, type]] = {
    Family.RELATIONAL: RelationalFamily,
    Family.TIMELINES: TimelineFamily,
    Family.LIMITS: RateLimiter,
    Family.MEDIA: MediaStore,
    Family.IMAGES: ImageProcessor,
}
"""What a factory's context manager has to give, by family."""


def adapter_key(foundation: Foundation, family: Family) -> str:
    """Give the key of the chosen adapter: its name, or `own` for a factory."""
    name = foundation.settings.adapter(family)
    return OWN if ":" in name else name


def open_own(foundation: Foundation, family: Family) -> AbstractAsyncContextManager[Any]:
    """Call the factory that settings name, with the foundation.

    It gives an async context manager that gives the family's port (or ports): what is opened on
    entering is closed on leaving. AdapterRefused when there is no such factory, or it gives
    something else.
    """
    path = foundation.settings.adapter(family)
    module, _, name = path.partition(":")
    words = f"INSTAGRAM_ADAPTER_{family} is {path!r}"
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise AdapterRefused(f"{words}, which cannot be imported: {error}") from error
    if not callable(factory):
        raise AdapterRefused(f"{words}, which cannot be called")
    opened = factory(foundation)
    if not isinstance(opened, AbstractAsyncContextManager):
        raise AdapterRefused(f"{words}, which gives no async context manager")
    return _Checked(opened, EXPECTED[family], words)


class _Checked(AbstractAsyncContextManager[Any]):
    """Enters as another one does, and refuses what is not of the expected class."""

    def __init__(
        self, opened: AbstractAsyncContextManager[Any], expected: type, words: str
    ) -> None:
        self._opened = opened
        self._expected = expected
        self._words = words

    async def __aenter__(self) -> object:
        adapter = await self._opened.__aenter__()
        # Ports are protocols: only those who subclass them explicitly pass, as adapters should.
        if self._expected in type(adapter).__mro__:
            return adapter
        await self._opened.__aexit__(None, None, None)
        raise AdapterRefused(
            f"{self._words}, which gives {type(adapter).__name__}, no {self._expected.__name__}"
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._opened.__aexit__(kind, error, traceback)
