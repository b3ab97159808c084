"""Pictures by ImageMagick 6 or 7 (HEIC by libheif), decoded in processes that may die."""

from instagram_imagemagick.processor import MagickImageProcessor

__all__ = ["MagickImageProcessor"]
