"""The contract of places for files."""

from instagram_core.testing.contracts.media.store import MediaStoreContract

__all__ = ["MediaStoreContract"]
