"""Options that every command has."""

from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import Parameter


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Options:
    """Where settings are, and how failures are told."""

    data: Annotated[
        Path | None, Parameter(help="Directory of database, media and key.", show_default=False)
    ] = None
    config: Annotated[
        Path | None,
        Parameter(
            help="File of settings (default: instagram.toml in the data directory).",
            show_default=False,
        ),
    ] = None
    debug: Annotated[bool, Parameter(help="Show where a failure comes from.", negative="")] = False


DEFAULT = Options()
