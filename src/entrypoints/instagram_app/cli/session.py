"""One command's work on the running system."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from instagram_app.cli.options import Options

if TYPE_CHECKING:
    from instagram_app.container.application import Application

T = TypeVar("T")


def with_application(options: Options, work: "Callable[[Application], Awaitable[T]]") -> T:
    """Open the system as settings say, beside a server if one runs; give what `work` gives."""
    from instagram_app.cli.settings_of import settings_of_command
    from instagram_app.container.opening import open_application

    settings = settings_of_command(options)

    async def working() -> T:
        async with open_application(settings, is_alone=False) as application:
            return await work(application)

    return asyncio.run(working())
