"""A family whose sessions are read from a cache."""

import attrs

from instagram_core.accounts.caching import CachedSessions, Forgetting, ForgettingUsers
from instagram_core.accounts.ports import SessionCache
from instagram_core.assembly.families import RelationalFamily
from instagram_core.kernel.afterwards import Afterwards


def with_cached_sessions(family: RelationalFamily, cache: SessionCache) -> RelationalFamily:
    """Give the family with `cache` in front of its sessions.

    Whatever changes them has to use this family, its transactions included.
    """
    transaction = Afterwards(family.transaction)
    forgetting = Forgetting(cache, transaction)
    return attrs.evolve(
        family,
        transaction=transaction,
        users=ForgettingUsers(family.users, forgetting),
        sessions=CachedSessions(
            store=family.sessions,
            cache=cache,
            forgetting=forgetting,
            transaction=transaction,
            outbox=family.outbox,
        ),
    )
