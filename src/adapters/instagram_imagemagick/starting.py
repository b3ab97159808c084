"""What a sandbox begins with."""

import os

from instagram_imagemagick.library import VARIABLE, bound
from instagram_sandbox.decoder import Decoder
from instagram_sandbox.limits import Limits


def start(limits: Limits) -> Decoder:
    """Load the library that the parent found, and give the decoder over it."""
    with bound(os.environ[VARIABLE]):
        from instagram_imagemagick.decoder import MagickDecoder  # noqa: PLC0415 - it loads Wand

    return MagickDecoder(limits)
