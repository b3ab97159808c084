"""Posts, from upload to deletion."""

from instagram_postgres.posts.processing import PostgresPostProcessing
from instagram_postgres.posts.repository import PostgresPostRepository
from instagram_postgres.posts.states import PostgresViewerState

__all__ = ["PostgresPostProcessing", "PostgresPostRepository", "PostgresViewerState"]
