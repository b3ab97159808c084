"""The client of Valkey that everything in a process shares."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from instagram_app.container.errors import AdapterRefused
from instagram_app.resilience.guards import Guards
from instagram_app.settings.table import Settings

if TYPE_CHECKING:
    from instagram_valkey.client import ValkeyClient


class SharedValkey(AbstractAsyncContextManager["SharedValkey"]):
    """Gives one client, opened when it is first asked for and closed with the block.

    The server need not be there: the client finds it when it comes.
    """

    def __init__(self, settings: Settings, guards: Guards) -> None:
        """Connect as `settings` say, guarded as Valkey is."""
        self._settings = settings
        self._guards = guards
        self._stack = AsyncExitStack()
        self._client: ValkeyClient | None = None

    async def client(self) -> "ValkeyClient":
        """Give the client; AdapterRefused names the setting that is missing or wrong."""
        if self._client is None:
            from instagram_valkey.client import ValkeyClient

            url = self._settings.valkey_url
            if url is None:
                raise AdapterRefused("the Valkey adapter needs INSTAGRAM_VALKEY_URL")
            guard = self._guards.of("valkey")
            seconds = self._settings.timeout_valkey
            try:
                opening = ValkeyClient.open(url, seconds=seconds, guard=guard)
                client = await self._stack.enter_async_context(opening)
            except (ValueError, OSError) as error:
                raise AdapterRefused(f"INSTAGRAM_VALKEY_URL: {error}") from error
            guard.probe_with(lambda: client.call("PING"))
            self._client = client
        return self._client

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._stack.aclose()
