"""Files people upload, and the renditions that others see."""
