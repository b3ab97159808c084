"""`instagram migrate`."""

from typing import Annotated

from cyclopts import Parameter

from instagram_app.cli.options import DEFAULT, Options


def migrate(
    *,
    plan: Annotated[
        bool, Parameter(help="Show what would be done, and do nothing.", negative="")
    ] = False,
    options: Options = DEFAULT,
) -> None:
    """Bring database, keyspace, bucket and queues to what this release needs.

    Safe to repeat, and safe when several processes do it at once. The embedded database is
    migrated whenever it is opened; servers are only by this command.
    """
    import asyncio

    from instagram_app.cli.settings_of import settings_of_command
    from instagram_app.container import migrations

    settings = settings_of_command(options)
    names = asyncio.run(migrations.planned(settings) if plan else migrations.migrate(settings))
    for name in names:
        print(f"{'pending' if plan else 'applied'}  {name}")
    if not names:
        print("all is up to date")
