"""Every operation, by capability."""

from typing import Final

from instagram_app.http.operation import Operation
from instagram_app.http.routes import (
    auth,
    documentation,
    feed,
    graph,
    hashtags,
    health,
    likes,
    media,
    people,
    posts,
    users,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    *auth.OPERATIONS,
    *users.OPERATIONS,
    *graph.OPERATIONS,
    *people.OPERATIONS,
    *posts.OPERATIONS,
    *likes.OPERATIONS,
    *feed.OPERATIONS,
    *hashtags.OPERATIONS,
    *media.OPERATIONS,
    *health.OPERATIONS,
    *documentation.OPERATIONS,
)
