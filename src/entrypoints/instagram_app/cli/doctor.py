"""`instagram doctor`."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from instagram_app.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from instagram_app.container.checks import Check
    from instagram_app.settings.table import Settings


def doctor(
    *,
    json: Annotated[bool, Parameter(help="Report for programs.", negative="")] = False,
    app: Annotated[
        str, Parameter(help="Address of a running app, to ask which servers it takes for away.")
    ] = "http://127.0.0.1:8000",
    options: Options = DEFAULT,
) -> int:
    """Check settings, data directory, servers, migrations, formats, disk, clock, limits, the app.

    Each check is a line: ok, warning or failed, what was found, and what to do. The exit code is 1
    if anything failed.
    """
    import asyncio

    from instagram_app.cli.running_app import app_check
    from instagram_app.cli.settings_of import settings_of_command
    from instagram_app.container.checks import Check, State
    from instagram_app.settings.errors import SettingsRefused

    try:
        checks = [*asyncio.run(_checked(settings_of_command(options))), app_check(app)]
    except SettingsRefused as refused:
        checks = [
            Check(subject="settings", state=State.FAILED, finding=one, advice="correct it")
            for one in refused.problems
        ]
    (_print_json if json else _print_lines)(checks)
    return 1 if any(check.state is State.FAILED for check in checks) else 0


async def _checked(settings: "Settings") -> "list[Check]":
    from instagram_app.cli.machine import data_checks, open_files_check, settings_checks
    from instagram_app.container.broker import broker_checks
    from instagram_app.container.buckets import bucket_checks
    from instagram_app.container.cassandra import cassandra_checks
    from instagram_app.container.checks import database_checks, image_checks
    from instagram_app.container.valkey_checks import valkey_checks

    return [
        *settings_checks(settings),
        *data_checks(settings),
        *[check async for check in database_checks(settings)],
        *[check async for check in valkey_checks(settings)],
        *[check async for check in cassandra_checks(settings)],
        *[check async for check in bucket_checks(settings)],
        *[check async for check in broker_checks(settings)],
        *[check async for check in image_checks(settings)],
        open_files_check(settings),
    ]


def _print_lines(checks: "list[Check]") -> None:
    width = max(len(check.subject) for check in checks)
    for check in checks:
        advice = f" -> {check.advice}" if check.advice else ""
        print(f"{check.state:7}  {check.subject:{width}}  {check.finding}{advice}")


def _print_json(checks: "list[Check]") -> None:
    import json

    import attrs

    print(json.dumps([attrs.asdict(check) for check in checks], indent=2))
