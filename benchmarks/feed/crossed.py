"""Authors who are pulled: led there as the worker leads them."""

from collections.abc import Sequence
from typing import Final

import psycopg

from instagram_app.container.application import Application
from instagram_core.accounts.model import UserId
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import Delivery, PushRule

_CROSSED: Final = "DELETE FROM jobs WHERE kind = 'author_crossed' RETURNING payload"


async def cross(
    application: Application,
    connection: psycopg.Connection,
    authors: Sequence[UserId],
    threshold: int,
) -> None:
    """Have authors pulled, who all have as many followers as the threshold or more."""
    delivery, rule = application.relational.delivery, PushRule(pulled_from=threshold)
    for author in authors:
        await delivery.settle(author, rule)
    for (payload,) in connection.execute(_CROSSED).fetchall():
        await application.services.feed.crossings.tell(AuthorCrossed.from_payload(payload))
    settled = [await delivery.settle(author, rule) for author in authors]
    assert settled == [Delivery.PULL] * len(authors), settled
