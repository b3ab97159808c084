"""A right adapter passes what holds for every adapter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.unit.instagram_core.testing.mutants.lifecycle import Line, LineContract, cut_off


class TestLine(LineContract):
    capabilities = frozenset({"close", "outage"})
    outage = cut_off

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        """Give a line whose server can be cut off."""
        yield Line(Line)
