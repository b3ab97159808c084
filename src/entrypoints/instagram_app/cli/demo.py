"""`instagram demo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.cli.demonstration.filling import Tally
    from instagram_app.cli.demonstration.photos import Photos
    from instagram_app.settings.table import Settings

MOST_PEOPLE = 2000


def demo(
    *,
    users: Annotated[int, Parameter(help="How many people.")] = 50,
    photos: Annotated[
        Path | None,
        Parameter(help="Folder of pictures to share; drawn by the program without."),
    ] = None,
    options: Options = DEFAULT,
) -> None:
    """Fill the system with people, follows, photographs and likes, and print a login.

    Safe to repeat: what is there stays, what is missing is added. The server of the same data
    directory must not run meanwhile.
    """
    import asyncio

    from instagram_app.cli.demonstration.filling import PASSWORD
    from instagram_app.cli.demonstration.photos import DrawnPhotos, FolderPhotos
    from instagram_app.cli.failure import Failure, WrongUse
    from instagram_app.cli.settings_of import settings_of_command

    if not 1 <= users <= MOST_PEOPLE:
        raise WrongUse(f"--users is {users}; it may be 1 to {MOST_PEOPLE}")
    source = DrawnPhotos() if photos is None else FolderPhotos.in_folder(photos)
    login, tally = asyncio.run(_filled(settings_of_command(options), users, source))
    print(_told(tally))
    if login is None:
        raise Failure("all names of the demonstration belong to other people here")
    print(f"log in as {login} with the password {PASSWORD!r}")


async def _filled(settings: "Settings", count: int, photos: "Photos") -> "tuple[str | None, Tally]":
    from instagram_app.cli.demonstration.clock import DemonstrationClock
    from instagram_app.cli.demonstration.filling import Filling
    from instagram_app.container.opening import open_application
    from instagram_app.worker.working import make_worker

    clock = DemonstrationClock()
    async with open_application(settings, clock=clock) as application:
        worker = make_worker(application)
        filling = Filling(application, worker=worker, clock=clock, photos=photos, count=count)
        return await filling.fill(), filling.tally


def _told(tally: "Tally") -> str:
    added = {
        "people": tally.people,
        "follows": tally.follows,
        "photographs": tally.posts,
        "likes": tally.likes,
    }
    words = ", ".join(f"{count} {what}" for what, count in added.items() if count)
    refused = f"; {tally.refused} pictures were refused" if tally.refused else ""
    return f"added {words or 'nothing: all of it is there'}{refused}"
