"""The contracts of posts: their rows, their way to publication, and what a viewer has of them."""

from instagram_core.testing.contracts.posts.processing import PostProcessingContract
from instagram_core.testing.contracts.posts.repository import PostRepositoryContract
from instagram_core.testing.contracts.posts.states import ViewerStateContract

__all__ = ["PostProcessingContract", "PostRepositoryContract", "ViewerStateContract"]
