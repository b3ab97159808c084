"""Adapters of one's own, chosen as `package.module:factory`."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Final

from instagram_app.container.errors import AdapterRefused
from instagram_app.container.foundation import Foundation
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.assembly import RelationalFamily
from instagram_core.assembly.families import TimelineFamily
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
    words = _words(foundation.settings, family)
    opened = _factory(foundation.settings, family)(foundation)
    if not isinstance(opened, AbstractAsyncContextManager):
        raise AdapterRefused(f"{words}, which gives no async context manager")
    return _Checked(opened, EXPECTED[family], words)


def useless_factories(settings: Settings) -> Iterator[str]:
    """Give a sentence for each factory that settings name and that is not there."""
    for family in EXPECTED:
        if ":" in settings.adapter(family):
            try:
                _factory(settings, family)
            except AdapterRefused as refused:
                yield str(refused)


def _factory(settings: Settings, family: Family) -> Callable[[Foundation], object]:
    module, _, name = settings.adapter(family).partition(":")
    words = _words(settings, family)
    try:
        factory: Callable[[Foundation], object] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise AdapterRefused(f"{words}, which cannot be imported: {error}") from error
    if not callable(factory):
        raise AdapterRefused(f"{words}, which cannot be called")
    return factory


def _words(settings: Settings, family: Family) -> str:
    return f"INSTAGRAM_ADAPTER_{family} is {settings.adapter(family)!r}"


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
