"""`ImageProcessor` by libvips."""

from instagram_sandbox import Program, SandboxedImageProcessor


class VipsImageProcessor(SandboxedImageProcessor):
    """Reads JPEG, PNG, WebP, GIF and HEIC; makes WebP and JPEG."""

    def program(self) -> Program:
        """Give libvips' decoder."""
        return Program(
            decoder="instagram_vips.decoder:VipsDecoder",
            libraries=("pyvips", "pillow_heif"),
            environment={
                "VIPS_BLOCK_UNTRUSTED": "1",
                "VIPS_CONCURRENCY": "1",
                # Nothing is to go to files, however large.
                "VIPS_DISC_THRESHOLD": "1000g",
            },
        )
