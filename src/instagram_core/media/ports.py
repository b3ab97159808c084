"""What media needs from outside: a place for files, and somebody who reads pictures."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.model import (
    DirectUpload,
    ImageInfo,
    MediaKey,
    Picture,
    RenderedImage,
    StoredFile,
)


@attrs.frozen(kw_only=True)
class ByteRange:
    """Bytes `start` up to and including `last` of a file; both within it."""

    start: int
    last: int

    @property
    def length(self) -> int:
        """Give how many bytes these are."""
        return self.last - self.start + 1


class MediaStore(Protocol):
    """Keeps files under keys that the system made.

    A file is there whole or not at all, for every reader at every moment; after `put` returned it
    survives a crash. Reads see the last finished `put`. All methods raise AdapterUnavailable when
    the store cannot be reached or is full.
    """

    @abstractmethod
    async def put(self, key: MediaKey, data: bytes | AsyncIterator[bytes]) -> StoredFile:
        """Store the bytes under `key`, replacing what was there. Idempotent.

        When the iterator raises, or the call is cancelled, nothing is stored and what was there
        before stays. The time in the answer may be a second or two from what `stat` tells.
        """

    @abstractmethod
    async def stat(self, key: MediaKey) -> StoredFile | None:
        """Give length, time and etag of a file; None when absent."""

    @abstractmethod
    def read(
        self, key: MediaKey, part: ByteRange | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a file, or a part of it, as chunks; MediaNotFoundError on entering when absent.

        A file replaced or deleted while it is open is still read to its end as it was.
        """

    @abstractmethod
    async def delete(self, keys: Iterable[MediaKey]) -> None:
        """Remove the files; keys that are absent are passed over. Idempotent."""

    @abstractmethod
    async def page(self, after: MediaKey | None, limit: int) -> tuple[StoredFile, ...]:
        """Give up to `limit` files whose keys follow `after`, in ascending order of key bytes.

        Empty when nothing follows. For sweeping: files put or deleted meanwhile may be missed or
        still listed; every other file is listed exactly once over successive pages.
        """


@attrs.frozen(kw_only=True)
class MediaLink:
    """Where a client reads one file from the store itself, without a session."""

    url: str
    seconds: int
    """For how long it is good, from now."""


@runtime_checkable
class MediaLinks(Protocol):
    """Gives addresses of files at the store itself: an optional capability of a `MediaStore`."""

    @abstractmethod
    def link(
        self, key: MediaKey, *, seconds: int, is_restricted: bool, method: str = "GET"
    ) -> MediaLink:
        """Give an address of the file for one method, `GET` or `HEAD`.

        It is good for at most `seconds` and at least half of them, and the same for everybody who
        asks within a window of half of them, so that caches hit. It is for this key alone. Ranges
        are answered there. What it gives says of itself that shared caches may keep it, unless it
        is restricted. The store is not asked: of an absent file it says so where it is read.
        """


@attrs.frozen(kw_only=True)
class UploadTerms:
    """What a file must be to be taken."""

    content_type: str
    most_bytes: int
    seconds: int
    """For how long it is waited for."""


@attrs.frozen(kw_only=True)
class UploadForm:
    """A form that a client fills in without a session: its fields, then `file` as the last."""

    url: str
    """A path where it is the app that takes the form."""
    fields: Mapping[str, str]


@runtime_checkable
class DirectUploads(Protocol):
    """Takes files from clients straight into a `MediaStore`: an optional capability of one."""

    @abstractmethod
    def offer(self, upload: DirectUpload, terms: UploadTerms) -> UploadForm:
        """Give a form that stores one file in the place of an upload.

        A file of no bytes or of more than allowed, a form that names another content type or
        another place, and one that is sent too late are refused and store nothing. Until it ends
        the form may be sent again and replaces what was there.
        """

    @abstractmethod
    async def claim(self, upload: DirectUpload, to: MediaKey) -> StoredFile | None:
        """Copy what was uploaded to `to`; None, storing nothing, when nothing was.

        What is sent to the form afterwards does not change the copy. AdapterUnavailable when the
        store cannot be reached or is full.
        """


class ImageProcessor(Protocol):
    """Reads untrusted pictures without endangering the process, and makes renditions.

    A file is judged by its bytes. Both methods raise MediaTooLargeError, UnsupportedMediaError,
    TooManyPixelsError or MediaTruncatedError for the file's own faults, and AdapterUnavailable when
    the machinery (not the picture) failed. Whatever the bytes are, the caller's process survives,
    within the limits the processor was given.
    """

    @abstractmethod
    async def probe(self, data: bytes) -> ImageInfo:
        """Give format and upright size cheaply; limits are checked before anything is decoded.

        Truncation is noticed as far as the structure of the file shows it.
        """

    @abstractmethod
    async def render(self, data: bytes) -> RenderedImage:
        """Make every size in every encoding: upright, sRGB, without any metadata, never enlarged.

        The longer side of each is at most the size's bound and the aspect ratio is kept (each
        side at least 1). Of an animation the first frame counts. Transparency is flattened onto
        white where the encoding has none. Equal bytes give equal renditions.
        """


class MediaUsage(Protocol):
    """Knows which files something still refers to."""

    @abstractmethod
    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        """Give those of `stems` that any row refers to, as an original or a picture."""


@attrs.frozen(kw_only=True)
class MediaRights:
    """What decides whether a file may be served, as it is now."""

    generation: int
    """The owner's media generation; old signatures die when it moves."""
    is_restricted: bool
    """True when strangers may not see it: private account, unpublished post."""
    encodings: tuple[str, ...]


class MediaRightsReader(Protocol):
    """Finds whose file it is."""

    @abstractmethod
    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        """Give the rights of pictures by stem, in one round trip.

        Absent: stems that name no processed picture, whose post is deleted, or whose owner is
        deleted or suspended. Originals have no rights: they are never served.
        """


class AvatarRepository(Protocol):
    """Keeps which avatar an account shows and which one it waits for."""

    @abstractmethod
    async def submit(self, submitted: AvatarSubmitted) -> None:
        """Make the uploaded file the one that is waited for, and record the event.

        One that was waited for before is given up: MediaDiscarded is recorded for it.
        UserNotFound when the user is not active.
        """

    @abstractmethod
    async def publish(self, user: UserId, picture: Picture) -> bool:
        """Show the picture if its stem is the one waited for; False, changing nothing, if not.

        MediaDiscarded is recorded for the avatar it replaces.
        """

    @abstractmethod
    async def abandon(self, user: UserId, stem: str) -> bool:
        """Stop waiting for `stem` and record MediaDiscarded for it; False if it is not awaited."""

    @abstractmethod
    async def clear(self, user: UserId) -> bool:
        """Show none and wait for none, recording MediaDiscarded; False when there was neither."""
