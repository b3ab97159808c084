"""Every family with the adapters that it may be made of."""

from dependency_injector import containers, providers

from instagram_app.container.foundation import Foundation
from instagram_app.container.images import ImageAdapters
from instagram_app.container.jobs import JobAdapters
from instagram_app.container.limits import LimitAdapters
from instagram_app.container.media import MediaAdapters
from instagram_app.container.passwords import PasswordAdapters
from instagram_app.container.relational import RelationalAdapters
from instagram_app.container.timelines import TimelineAdapters


class Adapters(containers.DeclarativeContainer):
    """Each family's `opened` gives what `async with` opens: nothing happens before."""

    foundation = providers.Dependency(instance_of=Foundation)
    relational = providers.Container(RelationalAdapters, foundation=foundation)
    jobs = providers.Container(JobAdapters, foundation=foundation)
    media = providers.Container(MediaAdapters, foundation=foundation)
    images = providers.Container(ImageAdapters, foundation=foundation)
    limits = providers.Container(LimitAdapters, foundation=foundation)
    timelines = providers.Container(TimelineAdapters, foundation=foundation)
    passwords = providers.Container(PasswordAdapters)
