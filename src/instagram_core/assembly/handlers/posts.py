"""What follows from an upload."""

from instagram_core.assembly.services import PostServices
from instagram_core.jobs.handlers import Handler
from instagram_core.posts.events import PostSubmitted


def handlers(posts: PostServices) -> tuple[Handler, ...]:
    """Give the handlers of posts."""

    async def process(event: PostSubmitted) -> None:
        await posts.pipeline.process(event.post_id)

    async def give_up(event: PostSubmitted, reason: str) -> None:
        await posts.pipeline.give_up(event.post_id, reason)

    return (Handler(PostSubmitted, process, give_up),)
