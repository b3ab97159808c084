"""Pictures by libvips (HEIC by libheif), decoded in processes that may die."""

from instagram_vips.processor import VipsImageProcessor

__all__ = ["VipsImageProcessor"]
