"""What posts need from outside."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from instagram_core.accounts.model import UserId
from instagram_core.kernel.paging import Page, Position
from instagram_core.media.model import DirectUpload, Original, Picture
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import (
    NewPost,
    Post,
    PostChange,
    PostId,
    PostMedia,
    PostState,
    PublishOutcome,
    SharedPost,
)


class PostRepository(Protocol):
    """Keeps posts."""

    @abstractmethod
    async def add(self, post: NewPost, announce: PostSubmitted) -> None:
        """Store a post that is processing, and record the event with it.

        UserNotFound when the author is not active.
        """

    @abstractmethod
    async def get_many(self, posts: Iterable[PostId]) -> Mapping[PostId, SharedPost]:
        """Give posts of any status with their authors, in one round trip.

        Unknown and deleted posts, and those of deleted authors, are absent.
        """

    @abstractmethod
    async def edit(self, post: PostId, author: UserId, change: PostChange) -> Post | None:
        """Change what is set and give the post as it is then; None if absent or another's."""

    @abstractmethod
    async def delete(self, post: PostId, author: UserId | None = None) -> bool:
        """Remove a post with its likes and its place in the count; False if absent or another's.

        `author` None: whoever wrote it. Records PostDeleted, and MediaDiscarded with all its stems.
        """

    @abstractmethod
    async def page(self, author: UserId, after: Position | None, limit: int) -> Page[PostId]:
        """Give the author's published posts by position, newest first."""


class PostProcessing(Protocol):
    """Leads posts from upload to publication, guarded by their status."""

    @abstractmethod
    async def originals(self, post: PostId) -> tuple[Original, ...] | None:
        """Give the originals in order; None when the post is absent or not processing."""

    @abstractmethod
    async def publish(self, post: PostId, media: tuple[PostMedia, ...], at: int) -> PublishOutcome:
        """Publish a processing post at `at` (Unix ms), count it, and record PostPublished.

        Changes nothing unless the post is processing; says so.
        """

    @abstractmethod
    async def fail(self, post: PostId, reason: str) -> bool:
        """Mark a processing post as failed and record PostFailed; False when it is not processing.

        The originals stay, for a retry.
        """

    @abstractmethod
    async def retry(self, announce: PostSubmitted, author: UserId) -> None:
        """Make a failed post processing again, and record the event.

        PostNotFound if absent or another's; PostNotFailedError if it is not failed.
        """


class ViewerState(Protocol):
    """Reads what one viewer has to do with many posts."""

    @abstractmethod
    async def states(
        self, viewer: UserId | None, posts: Iterable[PostId]
    ) -> Mapping[PostId, PostState]:
        """Give counts, the viewer's own marks and their view of each author, in one round trip.

        Unknown and deleted posts, and those of deleted authors, are absent.
        """


class UploadSpending(Protocol):
    """What posts need of direct uploads: each becomes one post at most."""

    @abstractmethod
    async def spend(self, user: UserId, uploads: Sequence[DirectUpload]) -> None:
        """Use uploads up, in the ambient transaction; InvalidError when one was used before."""


class PictureMaker(Protocol):
    """What posts need of media: pictures of the originals."""

    @abstractmethod
    async def render(self, stem: str) -> Picture:
        """Make and store all renditions of an original; a second run overwrites the same files.

        MediaRefused when the file is bad.
        """
