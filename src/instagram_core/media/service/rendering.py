"""Making the renditions of an original."""

from instagram_core.media.errors import MediaNotFoundError, MediaTruncatedError
from instagram_core.media.model import MediaKey, Original, Picture, media_key
from instagram_core.media.ports import ImageProcessor, MediaStore


class Rendering:
    """Turns originals into pictures that can be served."""

    def __init__(self, *, store: MediaStore, images: ImageProcessor) -> None:
        """Work on these."""
        self._store = store
        self._images = images

    async def render(self, stem: str) -> Picture:
        """Make and store every rendition of an original; a second run overwrites the same files.

        MediaRefused when the file turns out to be bad; MediaTruncatedError also when it is gone.
        """
        rendered = await self._images.render(await self._read(media_key(stem, Original.NAME)))
        picture = Picture(
            stem=stem,
            width=rendered.width,
            height=rendered.height,
            placeholder=rendered.placeholder,
            encodings=tuple(dict.fromkeys(each.encoding for each in rendered.renditions)),
        )
        for each in rendered.renditions:
            await self._store.put(picture.key(each.size, each.encoding), each.data)
        return picture

    async def _read(self, key: MediaKey) -> bytes:
        try:
            async with self._store.read(key) as chunks:
                return b"".join([chunk async for chunk in chunks])
        except MediaNotFoundError as error:
            raise MediaTruncatedError from error
