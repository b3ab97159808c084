"""Serving renditions to whoever holds a good address."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

import attrs

from instagram_core.kernel.errors import ForbiddenError
from instagram_core.media.addresses import MediaAddress, MediaAddresses
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import StoredFile, media_key
from instagram_core.media.ports import ByteRange, MediaRightsReader, MediaStore


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


class MediaServing:
    """Finds the file of an address. One round trip to the rights, one to the store."""

    def __init__(
        self, *, store: MediaStore, rights: MediaRightsReader, addresses: MediaAddresses
    ) -> None:
        """Work on these."""
        self._store = store
        self._rights = rights
        self._addresses = addresses

    async def find(self, address: MediaAddress, accepted: Sequence[str]) -> ServedFile:
        """Give the file of a signed address, in the first of `accepted` encodings there is.

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
        file = await self._store.stat(media_key(address.stem, f"{address.size}.{encoding}"))
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
