"""HEIC as ImageMagick's pixels; runs inside the sandbox."""

from PIL import Image

from instagram_imagemagick.picture import MagickPicture
from instagram_imagemagick.profiles import DISPLAY_P3
from instagram_imagemagick.wands import constituted, converted
from instagram_sandbox.decoder import Source
from instagram_sandbox.heic import HeicFile

_CHANNELS = {"L": "I", "LA": "IA", "RGB": "RGB", "RGBA": "RGBA"}


class HeicSource(HeicFile, Source):
    """A picture whose header has been read."""

    def shrunk(self, width: int, height: int) -> MagickPicture:
        """Decode; there is no smaller way than the whole."""
        mode, samples = self.decoded()
        data = bytes(samples)
        if mode.endswith("a"):
            straight = mode[:-1] + "A"
            image = Image.frombytes(mode, (self.width, self.height), data)
            mode, data = straight, image.convert(straight).tobytes()
        wand = constituted(_CHANNELS[mode], self.width, self.height, data)
        if profile := self.profile or (DISPLAY_P3 if self.is_display_p3 else None):
            converted(wand, profile)
        return MagickPicture.of(wand, width, height)
