"""The use cases of posts."""

from instagram_core.posts.service.posting import NewPostText, Posting
from instagram_core.posts.service.processing import PostPipeline
from instagram_core.posts.service.reading import PostReading

__all__ = ["NewPostText", "PostPipeline", "PostReading", "Posting"]
