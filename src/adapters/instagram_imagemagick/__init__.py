"""ImageMagick: pictures through MagickWand, in processes that may die."""
