"""What authors do to their posts."""

from collections.abc import Sequence
from typing import NoReturn

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.ids import IdGenerator
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.transaction import Transaction
from instagram_core.kernel.unset import UNSET
from instagram_core.media.model import DirectUpload, Original
from instagram_core.posts.errors import NotPostAuthorError, PostNotFound
from instagram_core.posts.events import PostDeleted, PostEdited, PostSubmitted
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import NewPost, PostChange, PostId, PostView
from instagram_core.posts.policy import (
    checked_alt_text,
    checked_caption,
    checked_location,
    checked_media_count,
)
from instagram_core.posts.ports import PostProcessing, PostRepository, UploadSpending


@attrs.frozen(kw_only=True)
class NewPostText:
    """What somebody writes to a post; checked as it is made."""

    caption: str = attrs.field(default="", converter=checked_caption)
    location: str = attrs.field(default="", converter=checked_location)
    alt_texts: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check each alternative text."""
        for text in self.alt_texts:
            checked_alt_text(text)


class Posting:
    """Shares, edits, retries and deletes posts."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        posts: PostRepository,
        uploads: UploadSpending,
        processing: PostProcessing,
        hydrator: PostHydrator,
        clock: Clock,
        ids: IdGenerator,
        reactions: Reactions,
    ) -> None:
        """Work on these."""
        self._transaction = transaction
        self._posts = posts
        self._uploads = uploads
        self._processing = processing
        self._hydrator = hydrator
        self._clock = clock
        self._ids = ids
        self._reactions = reactions

    async def create(
        self,
        author: UserId,
        originals: Sequence[Original],
        text: NewPostText,
        spent: Sequence[DirectUpload] = (),
    ) -> PostId:
        """Share 1 to 10 pictures that were taken in; they are processed after the answer.

        - They come as a form, or as the keys of uploads that were sent to the store directly;
          such a key is good once.
        - Until it is published the post is its author's alone and is not counted.
        - Alternative texts belong to the pictures in order; more of them than pictures are
          refused.
        """
        checked_media_count(len(originals))
        if len(text.alt_texts) > len(originals):
            raise InvalidError("alt_text", "there are more alternative texts than files")
        texts = text.alt_texts + ("",) * (len(originals) - len(text.alt_texts))
        described = zip(originals, texts, strict=True)
        post = NewPost(
            id=PostId(self._ids.new()),
            author_id=author,
            caption=text.caption,
            location=text.location,
            originals=tuple(attrs.evolve(each, alt_text=alt) for each, alt in described),
            uploaded_at=to_milliseconds(self._clock.now()),
        )
        submitted = PostSubmitted(post_id=post.id)
        if not spent:
            await self._posts.add(post, submitted)
            return post.id
        async with self._transaction():
            await self._uploads.spend(author, spent)
            await self._posts.add(post, submitted)
        return post.id

    async def edit(self, author: UserId, post: PostId, change: PostChange) -> PostView:
        """Change caption or location.

        NotPostAuthorError for somebody else's; PostNotFound when one may not even see it.
        """
        if change.caption is not UNSET:
            checked_caption(change.caption)
        if change.location is not UNSET:
            checked_location(change.location)
        if await self._posts.edit(post, author, change) is None:
            await self._refuse(author, post)
        await self._reactions.to(PostEdited(post_id=post, author_id=author))
        return await self._hydrator.view(author, post)

    async def delete(self, author: UserId, post: PostId) -> None:
        """Delete one's own post everywhere: rows and counts now, files after.

        NotPostAuthorError for somebody else's; PostNotFound when one may not even see it.
        """
        if not await self._posts.delete(post, author):
            await self._refuse(author, post)
        await self._reactions.to(PostDeleted(post_id=post, author_id=author))

    async def retry(self, author: UserId, post: PostId) -> None:
        """Process a failed post of one's own again.

        PostNotFailedError unless it failed; NotPostAuthorError for somebody else's; PostNotFound
        when one may not even see it.
        """
        try:
            await self._processing.retry(PostSubmitted(post_id=post), author)
        except PostNotFound:
            await self._refuse(author, post)

    async def _refuse(self, user: UserId, post: PostId) -> NoReturn:
        """Tell somebody who has no such post why: what one may see is somebody else's."""
        view = await self._hydrator.view(user, post)
        raise PostNotFound if view.author.id == user else NotPostAuthorError
