"""The use cases, over whatever adapters were opened."""

from dependency_injector import containers, providers

from instagram_app.container.application import Application
from instagram_app.container.feed_rules import feed_rules
from instagram_app.container.foundation import Foundation
from instagram_app.container.jobs import JobFamily
from instagram_app.container.limit_rules import limits_in_force, rates_of
from instagram_app.container.signals import Bell, Readiness, Truth
from instagram_app.observability.feed import FeedNumbers
from instagram_app.observability.images import TimedImages
from instagram_core.accounts.ports import PasswordHasher, SessionCache
from instagram_core.assembly import Ports, RelationalFamily, assemble
from instagram_core.assembly.families import TimelineFamily
from instagram_core.limits.ports import RateLimiter
from instagram_core.media.ports import ImageProcessor, MediaStore


class ServiceContainer(containers.DeclarativeContainer):
    """One application. Everything here is synchronous: adapters come in opened."""

    foundation = providers.Dependency(instance_of=Foundation)
    relational = providers.Dependency(instance_of=RelationalFamily)
    jobs: providers.Dependency[JobFamily] = providers.Dependency()
    media: providers.Dependency[MediaStore] = providers.Dependency()
    images: providers.Dependency[ImageProcessor] = providers.Dependency()
    limiter: providers.Dependency[RateLimiter] = providers.Dependency()
    timelines = providers.Dependency(instance_of=TimelineFamily)
    passwords: providers.Dependency[PasswordHasher] = providers.Dependency()
    session_cache: providers.Dependency[SessionCache | None] = providers.Dependency()

    _settings = foundation.provided.settings
    _metrics = foundation.provided.metrics

    services = providers.Singleton(
        assemble,
        providers.Singleton(
            Ports,
            relational=relational,
            media=media,
            images=providers.Singleton(TimedImages, images, _metrics),
            limiter=limiter,
            passwords=passwords,
            session_cache=session_cache,
            clock=foundation.provided.clock,
            ids=foundation.provided.ids,
            secret=foundation.provided.secret,
            rates=providers.Singleton(rates_of, _settings),
            upload_bytes=_settings.upload_bytes,
            timelines=timelines,
            feed=providers.Singleton(feed_rules, _settings),
            feed_observer=providers.Singleton(FeedNumbers, _metrics),
        ),
    )
    application = providers.Singleton(
        Application,
        services=services,
        limits=providers.Callable(limits_in_force, _settings, services),
        relational=relational,
        jobs=jobs,
        timelines=timelines,
        settings=_settings,
        clock=foundation.provided.clock,
        ids=foundation.provided.ids,
        metrics=_metrics,
        bell=providers.Singleton(Bell),
        readiness=providers.Singleton(Readiness),
        truth=providers.Singleton(Truth, foundation.provided.guards),
    )
