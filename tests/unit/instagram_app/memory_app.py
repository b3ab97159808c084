"""An application of in-memory adapters, for tests of the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from instagram_app.container.application import Application
from instagram_app.container.opening import open_application
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings

MEMORY = {
    "INSTAGRAM_ADAPTER_RELATIONAL": "memory",
    "INSTAGRAM_ADAPTER_MEDIA": "memory",
    "INSTAGRAM_ADAPTER_IMAGES": "memory",
}


def memory_settings(folder: Path, **settings: str) -> Settings:
    """Give settings of a system that keeps nothing but its key, in `folder`."""
    named = {f"INSTAGRAM_{name.upper()}": value for name, value in settings.items()}
    return load_settings(MEMORY | {"INSTAGRAM_DATA": str(folder)} | named)


@asynccontextmanager
async def memory_application(folder: Path, **settings: str) -> AsyncIterator[Application]:
    """Give an application that is open for the length of a block."""
    async with open_application(memory_settings(folder, **settings)) as application:
        yield application
