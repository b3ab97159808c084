"""An adapter from outside the source tree is chosen by a setting."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from instagram_app.container.opening import make_foundation
from instagram_app.container.own import open_own
from instagram_app.settings.values import Family
from instagram_core.likes.model import Like
from instagram_core.testing.scene import Scene
from tests.unit.instagram_app.memory_app import memory_settings


def test_the_app_opens_the_example(tmp_path: Path) -> None:
    """The factory of the example gives a family whose likes are in the data directory."""
    chosen = {"adapter_relational": "sqlite_likes.app:open_family"}
    foundation = make_foundation(memory_settings(tmp_path, **chosen), is_alone=True)

    async def like() -> None:
        async with open_own(foundation, Family.RELATIONAL) as family:
            scene = Scene(family, foundation.ids, foundation.clock)
            ann = await scene.user()
            post = await scene.post(ann)
            await family.likes.add(Like(user_id=ann, post_id=post, at=scene.now))

    asyncio.run(like())
    with closing(sqlite3.connect(foundation.settings.data / "likes.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM likes").fetchone() == (1,)
