"""Posts by what is written about them."""

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.operation import Auth, Operation
from instagram_core.feed.service import HashtagPages
from instagram_core.posts.errors import HashtagNotFound
from instagram_core.posts.hashtags import hashtag_of


async def posts(call: Call) -> shapes.SpelledPosts:
    """Show the posts of a hashtag."""
    tag = hashtag_of(call.text("tag"))  # all spellings are one list, and share their cursors
    asked = call.page("hashtag", tag)
    page = await call.services.feed.hashtags.page(call.viewer, tag, asked.after, asked.limit)
    return call.present.posts(asked, page)


OPERATIONS = (
    Operation(
        name="listHashtagPosts",
        method="GET",
        path="/api/v1/feed/hashtag/{tag}",
        handler=posts,
        tag="feed",
        summary="The posts of a hashtag",
        use_case=HashtagPages.page,
        path_schemas={
            "tag": {
                "type": "string",
                "minLength": 1,
                "description": "Without its sign, in any case or normal form.",
            }
        },
        auth=Auth.OPTIONAL,
        is_page=True,
        answer=shapes.Posts,
        errors=(HashtagNotFound,),
    ),
)
