"""The contracts of places for files, and of what clients do with them directly."""

from instagram_core.testing.contracts.media.direct import DirectUploadsContract
from instagram_core.testing.contracts.media.links import MediaLinksContract
from instagram_core.testing.contracts.media.store import MediaStoreContract

__all__ = ["DirectUploadsContract", "MediaLinksContract", "MediaStoreContract"]
