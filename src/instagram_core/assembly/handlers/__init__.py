"""Which use case each kind of event sets off, a module a capability: see `docs/embedding.md`."""

from instagram_core.assembly.handlers import accounts, feed, media, posts
from instagram_core.assembly.services import Services
from instagram_core.jobs.handlers import Handler


def handlers_of(services: Services) -> tuple[Handler, ...]:
    """Give every handler there is. Events without one are finished and counted as `ignored`."""
    return (
        *accounts.handlers(services),
        *feed.handlers(services.feed),
        *media.handlers(services.media),
        *posts.handlers(services.posts),
    )
