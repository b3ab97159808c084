"""Liking posts."""

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.operation import Auth, Operation
from instagram_core.likes.model import LikeOutcome
from instagram_core.likes.service import Likes


async def like(call: Call) -> shapes.LikeState:
    """Like a post."""
    return _state(await call.services.likes.like(call.user, call.post_id()))


async def unlike(call: Call) -> shapes.LikeState:
    """Take a like back."""
    return _state(await call.services.likes.unlike(call.user, call.post_id()))


async def likers(call: Call) -> shapes.Users:
    """Show who likes a post."""
    post = call.post_id()
    asked = call.page("likers", post)
    page = await call.services.likes.likers(call.viewer, post, asked.after, asked.limit)
    return call.present.users(asked, page)


def _state(outcome: LikeOutcome) -> shapes.LikeState:
    return shapes.LikeState(
        success=True, idempotent=not outcome.changed, like_count=outcome.like_count
    )


OPERATIONS = (
    Operation(
        name="like",
        method="POST",
        path="/api/v1/posts/{id}/like",
        handler=like,
        tag="likes",
        summary="Like a post",
        use_case=Likes.like,
        action="like",
        takes_key=True,
        answer=shapes.LikeState,
    ),
    Operation(
        name="unlike",
        method="DELETE",
        path="/api/v1/posts/{id}/like",
        handler=unlike,
        tag="likes",
        summary="Take a like back",
        use_case=Likes.unlike,
        answer=shapes.LikeState,
    ),
    Operation(
        name="listLikers",
        method="GET",
        path="/api/v1/posts/{id}/likes",
        handler=likers,
        tag="likes",
        summary="Who likes a post",
        use_case=Likes.likers,
        auth=Auth.OPTIONAL,
        is_page=True,
        answer=shapes.Users,
    ),
)
