"""The addresses of a picture, spelled out once for all the answers of a moment."""

from functools import lru_cache
from typing import ClassVar, NamedTuple

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.media.addresses import MediaAddresses
from instagram_core.media.model import Size


class PictureLinks(NamedTuple):
    """Where the four sizes of one picture are."""

    thumbnail: str
    small: str
    medium: str
    large: str


class Links:
    """Gives addresses; those of the same picture are the same for some seconds."""

    MOMENT: ClassVar[int] = 20_000
    """Milliseconds; an address lives for 240 seconds at least, so this takes little from it."""
    KEPT: ClassVar[int] = 8192
    """Pictures; a page of a feed asks for dozens, most of them as the page before did."""

    def __init__(self, addresses: MediaAddresses, clock: Clock) -> None:
        """Sign with `addresses`."""
        self._addresses = addresses
        self._clock = clock
        self._spelled = lru_cache(self.KEPT)(self._spell)

    def of(self, stem: str, generation: int, *, origin: str, is_restricted: bool) -> PictureLinks:
        """Give the addresses of a picture; they begin with `origin`."""
        return self._spelled(stem, generation, origin, is_restricted, self.moment())

    def moment(self) -> int:
        """Give a number that changes whenever addresses may."""
        return to_milliseconds(self._clock.now()) // self.MOMENT

    def _spell(
        self,
        stem: str,
        generation: int,
        origin: str,
        is_restricted: bool,  # noqa: FBT001 - keys of a cache are positional
        _: int,
    ) -> PictureLinks:
        give = self._addresses.give
        thumbnail, small, medium, large = (
            origin + give(stem, size, generation=generation, is_restricted=is_restricted)
            for size in Size
        )
        return PictureLinks(thumbnail, small, medium, large)
