"""Pure rules of posts: who may see one, and what its texts may be."""

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import InvalidError
from instagram_core.kernel.text import checked_text
from instagram_core.posts.model import Post, PostMedia, PostStatus
from instagram_core.visibility.model import Sight
from instagram_core.visibility.policy import may_see_content


def may_see_post(viewer: UserId | None, post: Post, sight: Sight) -> bool:
    """Tell whether a post may be seen: until published it is its author's alone."""
    if not may_see_content(sight):
        return False
    return post.status is PostStatus.PUBLISHED or viewer == post.author_id


def checked_caption(text: str) -> str:
    """Give the caption as written; InvalidError when it is over 2,200 code points or holds NUL."""
    return checked_text("caption", text, longest=Post.CAPTION_LONGEST)


def checked_location(text: str) -> str:
    """Give the location as written; InvalidError when it is too long or holds NUL."""
    return checked_text("location", text, longest=Post.LOCATION_LONGEST)


def checked_alt_text(text: str) -> str:
    """Give the alternative text as written; InvalidError when it is too long or holds NUL."""
    return checked_text("alt_text", text, longest=PostMedia.ALT_TEXT_LONGEST)


def checked_media_count(count: int) -> int:
    """Give how many pictures a post has; InvalidError unless there are 1 to 10."""
    if not 1 <= count <= Post.MEDIA_MOST:
        raise InvalidError("media", f"must be 1 to {Post.MEDIA_MOST} files")
    return count
