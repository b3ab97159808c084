"""What follows from accounts that end, and from time that passes."""

from instagram_core.accounts.events import AccountDeleted, SessionsChanged, SweepDue
from instagram_core.assembly import Services
from instagram_core.jobs.handlers import Handler


def handlers(services: Services) -> tuple[Handler, ...]:
    """Give the handlers of accounts."""
    closing = services.accounts.closing

    async def erase(event: AccountDeleted) -> None:
        # First: to erase what somebody with many followers leaves behind takes a while.
        await services.feed.reactions.apply(event)
        await closing.erase(event.user_id)

    async def renew(event: SessionsChanged) -> None:
        await services.accounts.sessions.renew(event.user_id)

    async def sweep(_: SweepDue) -> None:
        await closing.sweep()
        await services.idempotency.sweep()

    return (
        Handler(AccountDeleted, erase),
        Handler(SessionsChanged, renew),
        Handler(SweepDue, sweep),
    )
