"""Serving renditions to whoever holds a good address."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import ClassVar

import attrs

from instagram_core.kernel.errors import ForbiddenError
from instagram_core.media.addresses import MediaAddress, MediaAddresses
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import StoredFile, media_key
from instagram_core.media.ports import ByteRange, MediaLinks, MediaRightsReader, MediaStore


class AddressNotGoodError(ForbiddenError):
    """The address was forged, has expired, or died with a change of privacy: read it again."""

    code = "media_address_not_good"


@attrs.frozen(kw_only=True)
class ServedFile:
    """A rendition that may be served now."""

    file: StoredFile
    encoding: str
    is_restricted: bool
    """Restricted files are for no shared cache."""
    seconds: int
    """For how long the address stays good."""


@attrs.frozen(kw_only=True)
class RedirectedFile:
    """A rendition that is read from the store itself."""

    url: str
    is_restricted: bool
    seconds: int
    """For how long the way there stays good."""


class MediaServing:
    """Finds the file of an address. One round trip to the rights, one to the store at most."""

    PUBLIC_LINK: ClassVar[int] = 600
    """Seconds. Going private ends our addresses at once, but those of the store only so late."""
    RESTRICTED_LINK: ClassVar[int] = 150

    def __init__(
        self,
        *,
        store: MediaStore,
        rights: MediaRightsReader,
        addresses: MediaAddresses,
        links: MediaLinks | None = None,
    ) -> None:
        """Work on these; with `links` clients are sent to the store."""
        self._store = store
        self._rights = rights
        self._addresses = addresses
        self._links = links

    async def find(
        self, address: MediaAddress, accepted: Sequence[str], method: str = "GET"
    ) -> ServedFile | RedirectedFile:
        """Give the file of a signed address, in the first of `accepted` encodings there is.

        Where the store takes clients itself it is not asked here: there is a redirect to a signed
        address of it, good for minutes, for the request's method alone.

        - An address that is not good: AddressNotGoodError, also for files that never were, so
          that guessing tells nothing.
        - Originals are never served.
        - Without an accepted encoding the last resort is whatever there is.
        """
        rights = (await self._rights.rights([address.stem])).get(address.stem)
        if rights is None:
            raise AddressNotGoodError
        seconds = self._addresses.remaining(address, rights.generation)
        if seconds is None:
            raise AddressNotGoodError
        choices = [name for name in accepted if name in rights.encodings]
        encoding = (choices or list(rights.encodings))[0]
        key = media_key(address.stem, f"{address.size}.{encoding}")
        if self._links is not None:
            link = self._links.link(
                key,
                seconds=self.RESTRICTED_LINK if rights.is_restricted else self.PUBLIC_LINK,
                is_restricted=rights.is_restricted,
                method=method,
            )
            return RedirectedFile(
                url=link.url,
                is_restricted=rights.is_restricted,
                seconds=min(seconds, link.seconds),
            )
        file = await self._store.stat(key)
        if file is None:
            raise MediaNotFoundError
        return ServedFile(
            file=file, encoding=encoding, is_restricted=rights.is_restricted, seconds=seconds
        )

    def read(
        self, served: ServedFile, part: ByteRange | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open the file, or a part of it, as chunks."""
        return self._store.read(served.file.key, part)
