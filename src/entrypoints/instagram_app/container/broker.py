"""The broker of jobs: queues made by `instagram migrate`, examined by `instagram doctor`."""

from collections.abc import AsyncIterator

from instagram_app.container.checks import Check, State
from instagram_app.container.errors import StartRefused
from instagram_app.container.jobs import amqp_settings
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.jobs.model import QUEUES
from instagram_core.kernel.errors import AdapterUnavailable


async def broker_migrations(settings: Settings, *, is_applied: bool) -> tuple[str, ...]:
    """Make queues that are absent; StartRefused when the broker cannot be asked."""
    if settings.adapter(Family.JOBS) != "amqp":
        return ()
    from instagram_amqp.broker import AmqpJobBroker

    try:
        async with AmqpJobBroker.open(amqp_settings(settings), queues=QUEUES) as broker:
            missing = await broker.missing()
            if missing and is_applied:
                await broker.declare()
    except AdapterUnavailable as error:
        raise StartRefused(f"INSTAGRAM_AMQP_URL: {error}") from error
    return tuple(f"queue {name}" for name in missing)


async def broker_checks(settings: Settings) -> AsyncIterator[Check]:
    """Look at the broker, its version, its queues and what waits in them."""
    if settings.adapter(Family.JOBS) != "amqp":
        return
    try:
        from instagram_amqp.doctor import OLDEST, examine

        report = await examine(amqp_settings(settings), QUEUES)
    except (StartRefused, AdapterUnavailable) as error:
        yield _check(str(error), State.FAILED, "start the broker, or correct INSTAGRAM_AMQP_URL")
        return
    except ImportError as error:
        yield _check(str(error), State.FAILED, "install instagram-core[amqp]")
        return
    finding = f"RabbitMQ {report.version}"
    if report.is_supported:
        yield _check(finding)
    else:
        advice = f"use RabbitMQ {'.'.join(map(str, OLDEST))} or later"
        yield _check(finding, State.FAILED, advice)
    if report.missing:
        yield _check(f"no {', '.join(report.missing)}", State.FAILED, "run `instagram migrate`")
        return
    waiting = [f"{one.queue} {one.ready + one.delayed + one.failed}" for one in report.depth]
    yield _check(f"waiting: {', '.join(waiting) or 'nothing'}")


def _check(finding: str, state: State = State.OK, advice: str = "") -> Check:
    return Check(subject="jobs", state=state, finding=finding, advice=advice)
