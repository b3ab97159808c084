"""`instagram repair …`."""

from typing import TYPE_CHECKING, Annotated

import attrs
from cyclopts import App, Parameter

from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.container.application import Application
    from instagram_core.feed.service import Compared, Comparison

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
def timelines(*, dry_run: DryRun = False, options: Options = DEFAULT) -> None:
    """Compare stored timelines with the database, and let what lacks something be made anew.

    Safe while the system is in use: posts of the last minute are passed over.
    """
    from instagram_app.cli.session import with_application
    from instagram_app.cli.settings_of import settings_of
    from instagram_app.settings.values import Family

    if settings_of(options).adapter(Family.TIMELINES) == "memory":
        print(
            "timelines are in the memory of the serving process, where this command cannot see"
            " them; restarting it makes them anew"
        )
        return
    compared = with_application(options, lambda running: _walk(running, dry_run=dry_run))
    print(compared)
    print(_summary(compared.faults, *_STORED, dry_run=dry_run))


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


_STORED = "timeline or list", "timelines and lists"


@attrs.define
class _Tally:
    """How much was compared."""

    timelines: int = 0
    lists: int = 0
    surplus: int = 0
    faults: int = 0

    def add(self, compared: "Compared") -> None:
        """Count what was found, and print what is wrong."""
        self.timelines += len(compared.timelines)
        self.lists += len(compared.lists)
        for word, found in (("timeline", compared.timelines), ("list", compared.lists)):
            for each in found:
                self.surplus += each.surplus
                self.faults += not each.is_complete
                _print(word, each)

    def __str__(self) -> str:
        words = f"compared: timelines {self.timelines}, lists of authors {self.lists}"
        if self.surplus:
            words += f"; entries of posts that are gone {self.surplus}, which reading leaves out"
        return words


async def _walk(application: "Application", *, dry_run: bool) -> _Tally:
    from instagram_app.cli.progress import progress

    mending, tally = application.services.feed.mending, _Tally()
    with progress("accounts", await mending.count()) as advance:
        async for compared in mending.walk(dry_run=dry_run):
            tally.add(compared)
            advance(compared.accounts)
    return tally


def _print(word: str, found: "Comparison") -> None:
    for entry in found.missing:
        whose = "" if entry.author_id == found.owner else f" of {entry.author_id}"
        print(f"{word} {found.owner}  lacks post {entry.post_id}{whose}")
    for author in found.unasked:
        print(f"{word} {found.owner}  does not ask for {author}, who is pulled")


def _summary(found: int, one: str, many: str, *, dry_run: bool) -> str:
    if found == 0:
        return f"no {many}: all is well" if one == "orphan" else f"all {many} are right"
    what = one if found == 1 else many
    return f"{found} {what} {'to mend' if dry_run else 'mended'}"
