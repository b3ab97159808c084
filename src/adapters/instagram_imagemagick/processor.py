"""`ImageProcessor` by ImageMagick."""

from pathlib import Path
from typing import Final

from instagram_imagemagick.library import VARIABLE, located
from instagram_sandbox import Program, SandboxedImageProcessor

_POLICY: Final = Path(__file__).parent / "policy"


class MagickImageProcessor(SandboxedImageProcessor):
    """Reads JPEG, PNG, WebP, GIF and HEIC; makes WebP and JPEG."""

    def program(self) -> Program:
        """Give ImageMagick's decoder; ImportError says what to install when it is not there."""
        return Program(
            decoder="instagram_imagemagick.starting:start",
            libraries=("wand", "pillow_heif"),
            environment={
                VARIABLE: located(),
                # Read before the system's: four formats are allowed, whatever stands there.
                "MAGICK_CONFIGURE_PATH": str(_POLICY),
                "MAGICK_THREAD_LIMIT": "1",
                "OMP_NUM_THREADS": "1",
            },
        )
