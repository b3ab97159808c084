"""Where sessions are read from before the store is asked."""

from instagram_app.container.foundation import Foundation
from instagram_core.accounts.ports import SessionCache


async def open_session_cache(foundation: Foundation) -> SessionCache | None:
    """Give the cache that all processes share; None where there is no Valkey for it."""
    if foundation.settings.valkey_url is None:
        return None
    from instagram_valkey.sessions import ValkeySessionCache

    return ValkeySessionCache(await foundation.valkey.client())
