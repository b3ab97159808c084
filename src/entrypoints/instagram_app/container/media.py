"""The media stores that settings choose among, and how each is opened."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from dependency_injector import containers, providers

from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.media.ports import MediaStore

FOLDER = "media"


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[MediaStore]:
    """Keep files in this process; they are gone when it ends."""
    from instagram_core.memory.media import InMemoryMediaStore

    yield InMemoryMediaStore(foundation.clock)


def open_filesystem(foundation: Foundation) -> AbstractAsyncContextManager[MediaStore]:
    """Keep files in a folder of the data directory."""
    from instagram_filesystem import FilesystemMediaStore

    return FilesystemMediaStore.open(foundation.settings.data / FOLDER)


class MediaAdapters(containers.DeclarativeContainer):
    """Media stores by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.MEDIA),
        memory=providers.Callable(open_memory, foundation),
        filesystem=providers.Callable(open_filesystem, foundation),
        own=providers.Callable(open_own, foundation, Family.MEDIA),
    )
