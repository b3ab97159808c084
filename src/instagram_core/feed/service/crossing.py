"""Authors who become too large to be pushed, or small enough again."""

from typing import ClassVar

from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule
from instagram_core.feed.ports import AuthorDelivery
from instagram_core.feed.service.fan_out import FanOut


class Crossings:
    """Leads authors from push to pull and back, losing and doubling no post.

    Up: while the author is crossing, posts are still pushed, and whoever makes a timeline from
    then on looks at the author as well. Older timelines are dropped, and when none is left posts
    need not be pushed any more. Down: posts are pushed again at once, and whoever still looks at
    the author finds them twice and shows them once.
    """

    PAGE: ClassVar[int] = 500
    """Authors reviewed at a time."""

    def __init__(self, *, delivery: AuthorDelivery, fan_out: FanOut, rule: PushRule) -> None:
        """Keep authors in line with `rule`."""
        self._delivery = delivery
        self._fan_out = fan_out
        self._rule = rule

    async def settle(self, author: UserId) -> Delivery:
        """Look at one author, whose followers have changed. Idempotent."""
        return await self._delivery.settle(author, self._rule)

    async def tell(self, crossed: AuthorCrossed) -> bool:
        """Have every follower look at an author; tell whether it was this that let them arrive."""
        await self._fan_out.forget(crossed.author_id)
        return await self._delivery.arrive(crossed)

    async def review(self) -> int:
        """Look at all authors, for the rule may be another than it was; give how many moved."""
        moved = 0
        after: UserId | None = None
        while authors := await self._delivery.unsettled(self._rule, after, self.PAGE):
            for author in authors:
                await self.settle(author)
            moved += len(authors)
            after = authors[-1]
        return moved
