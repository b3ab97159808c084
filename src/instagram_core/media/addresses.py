"""Signed media addresses that stay the same for a while, so that caches hit."""

import base64
import re
from typing import ClassVar

import attrs

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.signing import Signer
from instagram_core.media.model import Size, is_media_stem

_SECONDS = re.compile(r"[1-9][0-9]{0,11}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{22}")


@attrs.frozen(kw_only=True)
class MediaAddress:
    """One rendition's address, as it came in: nothing of it is proven yet."""

    stem: str
    size: Size
    expires: int
    """Unix seconds."""
    signature: bytes


class MediaAddresses:
    """Gives out addresses `/media/<stem>/<size>?e=<expiry>&s=<signature>`, and checks them.

    The signature covers the owner's media generation, so moving that kills every address given
    out before. Expiry is rounded up to a window: within one window an address does not change.
    """

    PUBLIC_WINDOW: ClassVar[int] = 12 * 3600
    """Seconds; public addresses live one to two windows."""
    RESTRICTED_WINDOW: ClassVar[int] = 60
    """Seconds; restricted ones live four to five windows: what shows one may be shown again for
    two minutes, and the picture is to be had for as long after that."""
    REMEMBERED: ClassVar[int] = 65_536
    """Addresses kept: popular pictures are on thousands of pages a minute, and signing costs."""

    def __init__(self, *, signer: Signer, clock: Clock) -> None:
        """Sign with keys of `signer`."""
        self._signer = signer
        self._clock = clock
        self._given: dict[tuple[str, Size, int, int], str] = {}

    def give(self, stem: str, size: Size, *, generation: int, is_restricted: bool) -> str:
        """Give the address of a rendition, path and query."""
        window, many = (self.RESTRICTED_WINDOW, 5) if is_restricted else (self.PUBLIC_WINDOW, 2)
        expires = (self._now() // window + many) * window
        key = (stem, size, expires, generation)
        address = self._given.get(key)
        if address is None:
            if len(self._given) >= self.REMEMBERED:
                self._given.clear()
            seal = self._seal(stem, size, expires, generation)
            address = self._given[key] = f"/media/{stem}/{size}?e={expires}&s={_spelled(seal)}"
        return address

    @staticmethod
    def parse(stem: str, size: str, expires: str, signature: str) -> MediaAddress | None:
        """Give the parts of an address; None when it has not the form of one.

        An address has one spelling: otherwise one file would fill a cache many times over.
        """
        if not (is_media_stem(stem) and size in set(Size) and _SECONDS.fullmatch(expires)):
            return None
        if not _SIGNATURE.fullmatch(signature):
            return None
        seal = base64.urlsafe_b64decode(signature + "==")
        if _spelled(seal) != signature:
            return None
        return MediaAddress(stem=stem, size=Size(size), expires=int(expires), signature=seal)

    def remaining(self, address: MediaAddress, generation: int) -> int | None:
        """Give for how many seconds more the address is good; None when it is not.

        It is not when it was forged, has expired, or the generation has moved.
        """
        seal = self._seal(address.stem, address.size, address.expires, generation)
        left = address.expires - self._now()
        if left <= 0 or not self._signer.same(address.signature, seal):
            return None
        return left

    def _seal(self, stem: str, size: Size, expires: int, generation: int) -> bytes:
        parts = (stem.encode(), size.encode(), str(expires).encode(), str(generation).encode())
        return self._signer.sign("media", *parts)

    def _now(self) -> int:
        return to_milliseconds(self._clock.now()) // 1000


def _spelled(seal: bytes) -> str:
    return base64.urlsafe_b64encode(seal).rstrip(b"=").decode()
