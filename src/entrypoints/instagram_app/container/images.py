"""The image processors that settings choose among, and how each is opened."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from dependency_injector import containers, providers

from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.media.ports import ImageProcessor


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[ImageProcessor]:
    """Read plain PNG only, slowly, in this process: for trials without any library."""
    from instagram_core.memory.images import InMemoryImageProcessor

    settings = foundation.settings
    yield InMemoryImageProcessor(max_bytes=settings.upload_bytes, max_pixels=settings.upload_pixels)


def open_vips(foundation: Foundation) -> AbstractAsyncContextManager[ImageProcessor]:
    """Read pictures with libvips, in processes that may die."""
    from instagram_vips import VipsImageProcessor

    settings = foundation.settings
    return VipsImageProcessor(max_bytes=settings.upload_bytes, max_pixels=settings.upload_pixels)


class ImageAdapters(containers.DeclarativeContainer):
    """Image processors by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.IMAGES),
        memory=providers.Callable(open_memory, foundation),
        vips=providers.Callable(open_vips, foundation),
        own=providers.Callable(open_own, foundation, Family.IMAGES),
    )
