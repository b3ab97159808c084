"""`instagram config`."""

from instagram_app.cli.options import DEFAULT, Options


def config(*, options: Options = DEFAULT) -> None:
    """Show the settings in force and where each came from; secrets are masked."""
    from instagram_app.cli.settings_of import settings_of
    from instagram_app.settings.effective import effective

    lines = effective(settings_of(options))
    names = max(len(line.name) for line in lines)
    values = max(len(line.value) for line in lines)
    for line in lines:
        print(f"{line.name:{names}}  {line.value:{values}}  {line.source}".rstrip())
