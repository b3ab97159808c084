"""`instagram jobs …`."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from instagram_app.cli.failure import WrongUse
from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.container.application import Application
    from instagram_core.jobs.model import Job, JobId

app = App(name="jobs", help="See, retry and discard jobs.", help_format="plaintext")

PAGE = 100
Id = Annotated[str, Parameter(help="Ids, as `jobs list --failed` shows them.")]
AllFailed = Annotated[bool, Parameter(help="All that failed.", negative="")]


@app.command(name="list")
def list_(
    *,
    failed: Annotated[
        bool, Parameter(help="Those that failed for good, not those that wait.", negative="")
    ] = False,
    limit: Annotated[int, Parameter(help="How many to show at most.")] = PAGE,
    options: Options = DEFAULT,
) -> None:
    """Show jobs, newest first: id, time, queue, kind, failures so far, what went wrong last.

    Those that wait in RabbitMQ cannot be shown one by one: they are counted.
    """
    from instagram_app.cli.session import with_application

    if limit < 1:
        raise WrongUse(f"--limit is {limit}; it has to be 1 or more")

    async def work(application: "Application") -> "tuple[list[Job], bool]":
        shown: list[Job] = []
        after = None
        while len(shown) < limit:
            size = min(PAGE, limit - len(shown))
            page = await application.jobs.ledger.page(failed=failed, after=after, limit=size)
            shown += page.items
            after = page.next
            if after is None:
                return shown, False
        return shown, True

    async def listing(application: "Application") -> "tuple[tuple[list[Job], bool], list[str]]":
        waiting = [] if failed else await _waiting(application)
        return await work(application), waiting

    (shown, has_more), waiting = with_application(options, listing)
    for job in shown:
        print(_line(job))
    if has_more:
        print(f"and more; --limit shows more than {limit}")
    elif not shown:
        print("no failed jobs" if failed else "no jobs wait")
    for line in waiting:
        print(line)


@app.command
def retry(*ids: Id, failed: AllFailed = False, options: Options = DEFAULT) -> None:
    """Put failed jobs back, due now: those named, or with --failed all of them."""
    from instagram_app.cli.session import with_application

    chosen = _chosen(ids, failed=failed)

    async def work(application: "Application") -> int:
        return await application.jobs.ledger.requeue(chosen)

    print(f"{with_application(options, work)} put back")


@app.command
def discard(*ids: Id, failed: AllFailed = False, options: Options = DEFAULT) -> None:
    """Remove failed jobs for good: those named, or with --failed all of them."""
    from instagram_app.cli.session import with_application

    chosen = _chosen(ids, failed=failed)

    async def work(application: "Application") -> int:
        return await application.jobs.ledger.discard(chosen)

    print(f"{with_application(options, work)} discarded")


def _chosen(ids: tuple[str, ...], *, failed: bool) -> "list[JobId] | None":
    from uuid import UUID

    from instagram_core.jobs.model import JobId

    if bool(ids) == failed:
        raise WrongUse("name the jobs, or say --failed for all that failed")
    try:
        return None if failed else [JobId(UUID(text)) for text in ids]
    except ValueError as error:
        raise WrongUse(f"{error}: an id looks like 01890a5d-ac96-774b-bcce-b302099a8057") from error


async def _waiting(application: "Application") -> list[str]:
    from instagram_app.settings.values import Family

    if application.settings.adapter(Family.JOBS) != "amqp":
        return []
    return [
        f"with RabbitMQ, {each.queue}: {each.ready} ready, {each.delayed} delayed"
        for each in await application.jobs.ledger.depth()
    ]


def _line(job: "Job") -> str:
    from instagram_core.kernel.clock import from_milliseconds

    made = from_milliseconds(job.created_at).isoformat(timespec="seconds")
    words = f"  {job.error}" if job.error else ""
    return f"{job.id}  {made}  {job.queue}  {job.kind}  {job.attempts}{words}"
