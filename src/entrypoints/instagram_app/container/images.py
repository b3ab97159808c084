"""The image processors that settings choose among, and how each is opened."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Final

from dependency_injector import containers, providers

from instagram_app.container.errors import AdapterRefused
from instagram_app.container.foundation import Foundation
from instagram_app.container.own import adapter_key, open_own
from instagram_app.settings.values import Family
from instagram_core.media.ports import ImageProcessor

if TYPE_CHECKING:
    from instagram_sandbox import SandboxedImageProcessor

TO_INSTALL: Final = {
    "vips": "install instagram-core[vips]",
    "imagemagick": (
        "install instagram-core[imagemagick] and ImageMagick: apt-get install "
        "libmagickwand-6.q16-6 (Debian) or brew install imagemagick (macOS)"
    ),
}
"""What to do where a library is missing."""


@asynccontextmanager
async def open_memory(foundation: Foundation) -> AsyncIterator[ImageProcessor]:
    """Read plain PNG only, slowly, in this process: for trials without any library."""
    from instagram_core.memory.images import InMemoryImageProcessor

    settings = foundation.settings
    yield InMemoryImageProcessor(max_bytes=settings.upload_bytes, max_pixels=settings.upload_pixels)


def processor_class(name: str) -> "type[SandboxedImageProcessor]":
    """Give the adapter of this name; ImportError when its package is not there."""
    if name == "imagemagick":
        from instagram_imagemagick import MagickImageProcessor

        return MagickImageProcessor
    from instagram_vips import VipsImageProcessor

    return VipsImageProcessor


def open_sandboxed(foundation: Foundation) -> AbstractAsyncContextManager[ImageProcessor]:
    """Read pictures with the library that settings name, in processes that may die."""
    settings = foundation.settings
    name = settings.adapter(Family.IMAGES)
    try:
        return processor_class(name)(
            max_bytes=settings.upload_bytes, max_pixels=settings.upload_pixels
        )
    except ModuleNotFoundError:
        raise  # as any package that is not installed: the command says which
    except ImportError as error:
        raise AdapterRefused(f"reading pictures by {name}: {error}; {TO_INSTALL[name]}") from error


class ImageAdapters(containers.DeclarativeContainer):
    """Image processors by name."""

    foundation = providers.Dependency(instance_of=Foundation)
    opened = providers.Selector(
        providers.Callable(adapter_key, foundation, Family.IMAGES),
        memory=providers.Callable(open_memory, foundation),
        vips=providers.Callable(open_sandboxed, foundation),
        imagemagick=providers.Callable(open_sandboxed, foundation),
        own=providers.Callable(open_own, foundation, Family.IMAGES),
    )
