"""Removing files that nothing refers to."""

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.media.model import DirectUpload, MediaKey, StoredFile, keys_of_stem
from instagram_core.media.ports import MediaStore, MediaUsage


class MediaSweeping:
    """Removes discarded files at once, and forgotten ones after a day."""

    GRACE_MILLISECONDS: ClassVar[int] = 24 * 3600 * 1000
    """An upload lasts minutes at most: after a day a file without a row will never get one."""
    UPLOAD_MILLISECONDS: ClassVar[int] = 2 * 3600 * 1000
    """No form is good for longer: nobody can claim an older upload."""
    FILES_AT_ONCE: ClassVar[int] = 500

    def __init__(self, *, store: MediaStore, usage: MediaUsage, clock: Clock) -> None:
        """Work on these."""
        self._store = store
        self._usage = usage
        self._clock = clock

    async def discard(self, stems: Sequence[str]) -> None:
        """Remove all files of stems, unless something refers to them again. Idempotent."""
        used = await self._usage.in_use(stems)
        gone = [stem for stem in stems if stem not in used]
        await self._store.delete([key for stem in gone for key in keys_of_stem(stem)])

    async def orphans(self) -> AsyncIterator[StoredFile]:
        """Give every file older than a day that nothing refers to."""
        before = to_milliseconds(self._clock.now()) - self.GRACE_MILLISECONDS
        after: MediaKey | None = None
        while files := await self._store.page(after, self.FILES_AT_ONCE):
            old = [file for file in files if file.modified_at < before]
            used = await self._usage.in_use({_stem(file) for file in old})
            for file in old:
                if _stem(file) not in used:
                    yield file
            after = files[-1].key

    async def sweep(self) -> int:
        """Remove the orphans; give how many. Resumable, safe to repeat and to run twice at once."""
        total = 0
        async for file in self.orphans():
            await self._store.delete([file.key])
            total += 1
        return total

    async def sweep_uploads(self) -> int:
        """Remove direct uploads that nobody can claim any more, and give how many.

        Claimed ones lie here until then, too: what became a post is a copy. Safe to repeat.
        """
        before = to_milliseconds(self._clock.now()) - self.UPLOAD_MILLISECONDS
        after, total = MediaKey(DirectUpload.STEMS), 0
        while files := await self._store.page(after, self.FILES_AT_ONCE):
            ours = [file for file in files if file.key.startswith(DirectUpload.STEMS)]
            old = [file.key for file in ours if file.modified_at < before]
            await self._store.delete(old)
            total += len(old)
            if len(ours) < len(files):
                break
            after = files[-1].key
        return total


def _stem(file: StoredFile) -> str:
    return file.key.partition("/")[0]
