"""Sharing pictures."""

from typing import Annotated

import msgspec

from instagram_app.http import shapes
from instagram_app.http.call import Adopted, Call
from instagram_app.http.formspec import FormSpec
from instagram_app.http.operation import Auth, Operation
from instagram_app.http.texts import AltText, Caption, Location
from instagram_core.kernel.unset import UNSET
from instagram_core.media.errors import (
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.service import DirectUploading, UploadBatch, WantedUpload
from instagram_core.posts.errors import NotPostAuthorError, PostNotFailedError
from instagram_core.posts.model import Post, PostChange
from instagram_core.posts.service import NewPostText, Posting, PostReading

_UP_TO_TEN = msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": Post.MEDIA_MOST})


class PostEdit(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is absent stays as it is."""

    caption: Caption | msgspec.UnsetType = msgspec.UNSET
    location: Location | msgspec.UnsetType = msgspec.UNSET

    def change(self) -> PostChange:
        """Give it as the core has it."""
        return PostChange(
            caption=UNSET if self.caption is msgspec.UNSET else self.caption,
            location=UNSET if self.location is msgspec.UNSET else self.location,
        )


class PostOfUploads(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A post of files that were uploaded to the store directly."""

    media_keys: Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], _UP_TO_TEN]
    """As `POST /posts/uploads` gave them, in the order of showing."""
    caption: Caption = ""
    location: Location = ""
    alt_text: list[AltText] = []
    """One for each file, in order."""


class WantedFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A file that is to be uploaded."""

    content_type: str
    bytes: int


class WantedFiles(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Files that are to be uploaded."""

    media: Annotated[list[WantedFile], _UP_TO_TEN]


async def offer(call: Call) -> shapes.Uploads:
    """Offer forms."""
    body: WantedFiles = call.body
    wanted = [WantedUpload(content_type=e.content_type, length=e.bytes) for e in body.media]
    offered = call.services.media.direct.offer(call.user, wanted)
    return shapes.Uploads(uploads=tuple(map(call.present.upload, offered)))


async def take_in(call: Call, batch: UploadBatch) -> None:
    """Claim the uploads that the body names."""
    body: PostOfUploads = call.body
    spent = await call.services.media.direct.claim(call.user, body.media_keys, batch)
    originals = tuple(upload.original for upload in batch.uploads)
    call.adopted = Adopted(originals=originals, spent=spent)


async def create(call: Call) -> shapes.PostAccepted:
    """Share 1 to 10 pictures."""
    posting = call.services.posts.posting
    if call.adopted is not None:
        body: PostOfUploads = call.body
        text = NewPostText(
            caption=body.caption, location=body.location, alt_texts=tuple(body.alt_text)
        )
        files = call.adopted
        post = await posting.create(call.user, files.originals, text, files.spent)
        return shapes.PostAccepted(post_id=post, status="processing")
    form = call.form
    text = NewPostText(
        caption=form.texts.get("caption", ""),
        location=form.texts.get("location", ""),
        alt_texts=tuple(form.lists.get("alt_text", ())),
    )
    originals = [upload.original for upload in form.uploads]
    post = await posting.create(call.user, originals, text)
    return shapes.PostAccepted(post_id=post, status="processing")


async def show(call: Call) -> shapes.Post:
    """Show a post."""
    view = await call.services.posts.reading.post(call.viewer, call.post_id())
    return call.present.post(view)


async def edit(call: Call) -> shapes.Post:
    """Change caption or location."""
    body: PostEdit = call.body
    view = await call.services.posts.posting.edit(call.user, call.post_id(), body.change())
    return call.present.post(view)


async def delete(call: Call) -> None:
    """Delete a post."""
    await call.services.posts.posting.delete(call.user, call.post_id())


async def retry(call: Call) -> shapes.Accepted:
    """Process a failed post again."""
    await call.services.posts.posting.retry(call.user, call.post_id())
    return shapes.Accepted()


OPERATIONS = (
    Operation(
        name="offerUploads",
        method="POST",
        path="/api/v1/posts/uploads",
        handler=offer,
        tag="posts",
        summary="Forms for files that go to the store directly",
        use_case=DirectUploading.offer,
        body=WantedFiles,
        answer=shapes.Uploads,
        errors=(MediaTooLargeError, UnsupportedMediaError),
    ),
    Operation(
        name="createPost",
        method="POST",
        path="/api/v1/posts",
        handler=create,
        tag="posts",
        summary="Share pictures",
        use_case=Posting.create,
        action="post",
        takes_key=True,
        form=FormSpec(
            files={"media": Post.MEDIA_MOST, "image": 1},
            texts=("caption", "location"),
            lists=("alt_text",),
        ),
        body=PostOfUploads,
        takes_in=take_in,
        status=202,
        answer=shapes.PostAccepted,
        errors=(
            MediaTooLargeError,
            MediaTruncatedError,
            TooManyPixelsError,
            UnsupportedMediaError,
        ),
    ),
    Operation(
        name="showPost",
        method="GET",
        path="/api/v1/posts/{id}",
        handler=show,
        tag="posts",
        summary="A post",
        use_case=PostReading.post,
        auth=Auth.OPTIONAL,
        answer=shapes.Post,
    ),
    Operation(
        name="editPost",
        method="PATCH",
        path="/api/v1/posts/{id}",
        handler=edit,
        tag="posts",
        summary="Change caption or location",
        use_case=Posting.edit,
        body=PostEdit,
        answer=shapes.Post,
        errors=(NotPostAuthorError,),
    ),
    Operation(
        name="deletePost",
        method="DELETE",
        path="/api/v1/posts/{id}",
        handler=delete,
        tag="posts",
        summary="Delete a post",
        use_case=Posting.delete,
        status=204,
        errors=(NotPostAuthorError,),
    ),
    Operation(
        name="retryPost",
        method="POST",
        path="/api/v1/posts/{id}/retry",
        handler=retry,
        tag="posts",
        summary="Process a failed post again",
        use_case=Posting.retry,
        status=202,
        answer=shapes.Accepted,
        errors=(PostNotFailedError, NotPostAuthorError),
    ),
)
