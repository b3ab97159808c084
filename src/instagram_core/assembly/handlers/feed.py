"""What follows for home feeds, done again by jobs where it was done at once."""

from typing import Final

from instagram_core.accounts.events import PrivacyChanged, StandingChanged
from instagram_core.assembly.feed import FeedServices
from instagram_core.feed.events import AuthorCrossed, DeliveryReviewDue
from instagram_core.graph.events import Blocked, Followed, MuteChanged, Unblocked, Unfollowed
from instagram_core.jobs.handlers import Handler
from instagram_core.kernel.events import Event
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.posts.events import PostDeleted, PostPublished

_REACTED_TO: Final[tuple[type[Event], ...]] = (
    MuteChanged,
    PostLiked,
    PostUnliked,
    PrivacyChanged,
    StandingChanged,
    Unblocked,
)


def handlers(feed: FeedServices) -> tuple[Handler, ...]:
    """Give the handlers of feeds."""

    async def follow(event: Followed | Unfollowed) -> None:
        await feed.reactions.apply(event)
        await feed.crossings.settle(event.followee_id)

    async def block(event: Blocked) -> None:
        await feed.reactions.apply(event)
        await feed.crossings.settle(event.blocker_id)
        await feed.crossings.settle(event.blocked_id)

    async def review(_: DeliveryReviewDue) -> None:
        await feed.crossings.review()

    return (
        Handler(PostPublished, feed.fan_out.publish),
        Handler(PostDeleted, feed.fan_out.delete),
        Handler(Followed, follow),
        Handler(Unfollowed, follow),
        Handler(Blocked, block),
        Handler(AuthorCrossed, feed.crossings.tell),
        Handler(DeliveryReviewDue, review),
        *(Handler(event, feed.reactions.apply) for event in _REACTED_TO),
    )
