"""Home feeds while clocks step, processes die in between, and much is hidden."""

import pytest

from instagram_core.kernel.events import Event
from instagram_core.kernel.reactions import Reactions
from tests.unit.instagram_core.feed.hybrid import Hybrid, new_hybrid


class Dead(Reactions):
    """What a process does that was killed right after its commit."""

    async def to(self, *events: Event) -> None:
        """Do nothing."""


@pytest.fixture
def hybrid() -> Hybrid:
    """Give a world without people."""
    return new_hybrid()


async def test_a_clock_that_steps_back_hides_no_new_post_of_a_pulled_author(
    hybrid: Hybrid,
) -> None:
    """What was read in the future is not held until that has come."""
    star, *readers = await hybrid.world.scene.users(4)
    for reader in readers:
        await hybrid.follow(reader, star)
    await hybrid.settle()
    first = await hybrid.share(star)
    await hybrid.settle()
    await hybrid.warm(*readers)
    assert first == await hybrid.home(readers[0])

    hybrid.world.clock.advance(-3600)
    second = await hybrid.share(star)
    await hybrid.settle()
    hybrid.world.clock.advance(60)

    assert {*first, *second} == {*await hybrid.home(readers[0])}


async def test_a_deleted_account_is_gone_from_kept_pages_though_its_process_died_before_telling(
    hybrid: Hybrid,
) -> None:
    """The job that was recorded with it tells."""
    reader, author = await hybrid.world.scene.users(2)
    await hybrid.follow(reader, author)
    posts = await hybrid.share(author)
    await hybrid.settle()
    await hybrid.warm(reader)
    assert posts == await hybrid.opened(reader)

    closing = hybrid.services.accounts.closing
    closing._reactions = Dead()
    await closing.delete(author)
    await hybrid.do(await hybrid.jobs())

    assert await hybrid.opened(reader) == []


async def test_hundreds_of_hidden_posts_in_a_row_take_few_reads() -> None:
    """A page is full whatever is hidden, and its request ends in time."""
    hybrid = new_hybrid(cap=500)
    reader, loud, quiet = await hybrid.world.scene.users(3)
    await hybrid.follow(reader, loud, quiet)
    posts = await hybrid.share(*[quiet] * 3, *[loud] * 300, quiet)
    await hybrid.settle()
    await hybrid.warm(reader)
    await hybrid.services.accounts.administration.suspend(loud)
    await hybrid.settle()
    hybrid.heard.reads.clear()

    page = await hybrid.services.feed.home.page(reader, None, 2)

    assert [view.post.id for view in page.items] == [posts[0], posts[301]]
    assert len(hybrid.heard.reads) <= 10
    rest = await hybrid.services.feed.home.page(reader, page.next, 2)
    assert [view.post.id for view in rest.items] == posts[302:]
