"""What happens to feeds."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event


@attrs.frozen(kw_only=True)
class AuthorCrossed(Event):
    """An author has so many followers that readers are to pull: tell those with a timeline."""

    kind = "author_crossed"
    queue = "fanout"
    author_id: UserId
    round: int
    """Rises with every crossing of this author."""


@attrs.frozen(kw_only=True)
class DeliveryReviewDue(Event):
    """It is time to look for authors whose delivery does not fit the rule."""

    kind = "delivery_review_due"
    queue = "fanout"
