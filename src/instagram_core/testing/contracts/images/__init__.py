"""The contract of whoever reads untrusted pictures."""

from instagram_core.testing.contracts.images.processor import ImageProcessorContract

__all__ = ["ImageProcessorContract"]
