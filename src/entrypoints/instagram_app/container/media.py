"""The media stores that settings choose among, and how each is opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from instagram_app.container.errors import MigrationsMissing, StartRefused
from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.model import media_key
from instagram_core.media.ports import MediaStore

if TYPE_CHECKING:
    from instagram_s3 import S3MediaStore, S3Settings

FOLDER = "media"
_LOOK_SECONDS = 2
_PROBED = media_key("0" * 16, "probe")
"""A file that never is: asking for it shows whether the server answers."""


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[MediaStore]:
    """Keep files in this process; they are gone when it ends."""
    from instagram_core.memory.media import InMemoryMediaStore

    yield InMemoryMediaStore(foundation.clock)


def open_filesystem(foundation: Foundation) -> AbstractAsyncContextManager[MediaStore]:
    """Keep files in a folder of the data directory."""
    from instagram_filesystem import FilesystemMediaStore

    return FilesystemMediaStore.open(foundation.settings.data / FOLDER)


@asynccontextmanager
async def open_s3(foundation: Foundation) -> AsyncIterator[MediaStore]:
    """Keep files in a bucket; the server may be away, and is taken up when it is back."""
    settings = s3_settings(foundation.settings)
    from instagram_s3 import S3MediaStore

    guard = foundation.guards.of("s3")
    async with S3MediaStore.open(settings, guard=guard, clock=foundation.clock) as store:
        guard.probe_with(lambda: store.stat(_PROBED))
        if not await _may_have_bucket(store):
            raise MigrationsMissing(
                f"there is no bucket {settings.bucket}; run `instagram migrate`"
            )
        yield store


async def _may_have_bucket(store: "S3MediaStore") -> bool:
    with suppress(AdapterUnavailable, TimeoutError):  # it is taken up when it comes
        async with asyncio.timeout(_LOOK_SECONDS):
            return await store.has_bucket()
    return True


def s3_settings(settings: Settings) -> "S3Settings":
    """Give what the adapter needs; StartRefused names a setting that is missing."""
    for name in ("s3_endpoint", "s3_access_key", "s3_secret_key"):
        if getattr(settings, name) is None:
            raise StartRefused(f"media in S3 needs INSTAGRAM_{name.upper()}")
    try:
        from instagram_s3 import S3Settings
    except ImportError as error:
        raise StartRefused(f"media in S3 needs instagram-core[s3]: {error}") from error
    return S3Settings(
        endpoint=settings.s3_endpoint or "",
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key or "",
        secret_key=settings.s3_secret_key or "",
        region=settings.s3_region,
        public_url=settings.s3_public_url,
        seconds=settings.timeout_s3,
    )


class MediaAdapters(containers.DeclarativeContainer):
    """Media stores by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.MEDIA),
        memory=providers.Callable(open_memory, foundation),
        filesystem=providers.Callable(open_filesystem, foundation),
        s3=providers.Callable(open_s3, foundation),
        own=providers.Callable(open_own, foundation, Family.MEDIA),
    )
