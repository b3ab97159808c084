"""What the contract of affinities does not ask, because it takes many rows."""

from instagram_core.accounts.model import UserId
from instagram_core.feed.affinity import LIKES
from instagram_core.likes.model import Like
from tests.unit.instagram_core.world import World


async def test_the_likes_of_the_newest_posts_are_looked_at(world: World) -> None:
    """An older post's like counts as long as there are not as many of newer ones."""
    reader, old, new = await world.scene.users(3)
    affinities, now = world.family.affinities, world.scene.now

    async def liked(author: UserId, times: int) -> None:
        for _ in range(times):
            post = await world.scene.post(author)
            await world.family.likes.add(Like(user_id=reader, post_id=post, at=now))

    await liked(old, 2)
    await liked(new, LIKES - 1)
    assert {old: 1, new: LIKES - 1} == await affinities.strengths(reader, [old, new], now)
    await liked(new, 7)
    assert {new: LIKES} == await affinities.strengths(reader, [old, new], now)
