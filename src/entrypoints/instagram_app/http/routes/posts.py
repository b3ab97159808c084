"""Sharing pictures."""

import msgspec

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.formspec import FormSpec
from instagram_app.http.operation import Auth, Operation
from instagram_app.http.texts import Caption, Location
from instagram_core.kernel.unset import UNSET
from instagram_core.media.errors import (
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.posts.errors import NotPostAuthorError, PostNotFailedError
from instagram_core.posts.model import Post, PostChange
from instagram_core.posts.service import NewPostText, Posting, PostReading


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


async def create(call: Call) -> shapes.PostAccepted:
    """Share 1 to 10 pictures."""
    form = call.form
    text = NewPostText(
        caption=form.texts.get("caption", ""),
        location=form.texts.get("location", ""),
        alt_texts=tuple(form.lists.get("alt_text", ())),
    )
    originals = [upload.original for upload in form.uploads]
    post = await call.services.posts.posting.create(call.user, originals, text)
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
