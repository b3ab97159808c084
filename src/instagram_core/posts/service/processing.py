"""From upload to publication, as a job."""

from contextlib import suppress

from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.ids import IdGenerator
from instagram_core.media.errors import MediaRefused
from instagram_core.media.model import MediaId, Original, Picture, keys_of_stem
from instagram_core.media.ports import MediaStore
from instagram_core.posts.errors import PostNotFailedError, PostNotFound
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId, PostMedia, PostStatus, PublishOutcome
from instagram_core.posts.ports import PictureMaker, PostProcessing, PostRepository


class PostPipeline:
    """Makes the pictures of a post and publishes it, once, whatever is delivered twice."""

    def __init__(
        self,
        *,
        posts: PostRepository,
        processing: PostProcessing,
        pictures: PictureMaker,
        store: MediaStore,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        """Work on these."""
        self._posts = posts
        self._processing = processing
        self._pictures = pictures
        self._store = store
        self._clock = clock
        self._ids = ids

    async def process(self, post: PostId) -> None:
        """Publish a post that waits; nothing when it is published or deleted by now.

        - MediaRefused when a file is bad: the whole post fails.
        - Deleted meanwhile: what was written is removed again, and nothing has failed.
        - A failed post (an operator put its job back) becomes processing again first.
        """
        originals = await self._processing.originals(post)
        if originals is None:
            await self._revive(post)
            return
        try:
            pictures = [await self._pictures.render(original.stem) for original in originals]
        except MediaRefused:
            if post in await self._posts.get_many([post]):
                raise
            await self._discard(originals)  # the files went with the post
            return
        media = tuple(map(self._describe, originals, pictures))
        now = to_milliseconds(self._clock.now())
        if await self._processing.publish(post, media, now) is PublishOutcome.GONE:
            await self._discard(originals)

    async def give_up(self, post: PostId, reason: str) -> None:
        """Mark a post as failed; its author sees that, and may retry."""
        await self._processing.fail(post, reason)

    async def _revive(self, post: PostId) -> None:
        found = (await self._posts.get_many([post])).get(post)
        if found is not None and found.post.status is PostStatus.FAILED:
            # Where somebody else was quicker, the job they recorded does the work.
            with suppress(PostNotFailedError, PostNotFound):
                await self._processing.retry(PostSubmitted(post_id=post), found.post.author_id)

    async def _discard(self, originals: tuple[Original, ...]) -> None:
        await self._store.delete([key for each in originals for key in keys_of_stem(each.stem)])

    def _describe(self, original: Original, picture: Picture) -> PostMedia:
        return PostMedia(id=MediaId(self._ids.new()), picture=picture, alt_text=original.alt_text)
