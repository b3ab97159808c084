"""`instagram repair …`."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.container.application import Application

app = App(
    name="repair",
    help="Recompute what is derived, and report every difference.",
    help_format="plaintext",
)

DryRun = Annotated[bool, Parameter(help="Report, and change nothing.", negative="")]


@app.command
def counters(*, dry_run: DryRun = False, options: Options = DEFAULT) -> None:
    """Compare every counter with the list it counts, and set right what differs.

    Safe while the system is in use.
    """
    from instagram_app.cli.session import with_application

    async def work(application: "Application") -> int:
        found = 0
        async for one in application.relational.counters.repair(dry_run=dry_run):
            found += 1
            print(f"{one.counter}  {one.subject}  was {one.stored}, is {one.actual}")
        return found

    print(_summary(with_application(options, work), "counter", "counters", dry_run=dry_run))


@app.command
def media(*, dry_run: DryRun = False, options: Options = DEFAULT) -> None:
    """Remove files older than a day that no post, upload or avatar refers to.

    Safe while the system is in use.
    """
    from instagram_app.cli.session import with_application

    async def work(application: "Application") -> int:
        sweeping = application.services.media.sweeping
        found = 0
        async for file in sweeping.orphans():
            found += 1
            print(f"{file.key}  {file.length} bytes")
        if not dry_run:
            await sweeping.sweep()
        return found

    print(_summary(with_application(options, work), "orphan", "orphans", dry_run=dry_run))


def _summary(found: int, one: str, many: str, *, dry_run: bool) -> str:
    if found == 0:
        return f"no {many}: all is well" if one == "orphan" else f"all {many} are right"
    what = one if found == 1 else many
    return f"{found} {what} {'to mend' if dry_run else 'mended'}"
