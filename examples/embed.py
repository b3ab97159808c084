"""A whole system in one process: the core over its in-memory adapters, from a picture to a feed."""

import asyncio
import base64

from instagram_core.assembly import assemble
from instagram_core.memory.system import InMemorySystem
from instagram_core.posts.service import NewPostText

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def main() -> None:
    """Let ada share a picture, and bob follow her, like it, and read his feed."""
    async with InMemorySystem.open() as system:
        app = assemble(system.ports)
        join = app.accounts.sign_in.register
        ada = await join(username="ada", email="ada@example.org", password="correct horse")
        bob = await join(username="bob", email="bob@example.org", password="correct horse")
        async with app.media.uploads.batch() as batch:
            picture = (await batch.accept(PICTURE)).original
            text = NewPostText(caption="Hello")
            post = await app.posts.posting.create(ada.user_id, [picture], text)
            batch.keep()
        await app.posts.pipeline.process(post)
        await app.graph.following.follow(bob.user_id, ada.user_id)
        await app.likes.like(bob.user_id, post)
        for view in (await app.feed.home.page(bob.user_id, None, 20)).items:
            print(view.author.username, view.post.caption, view.state.like_count)


asyncio.run(main())
