"""Import every module of the core where only the core and attrs are installed.

A script and no test: pytest is not there. `tox -e core` runs it.
"""

import importlib
import sys
from importlib.metadata import distributions
from pathlib import Path

import instagram_core

INSTALLERS = {"pip", "setuptools", "wheel"}


def main() -> int:
    """Give 0 if the core needs nothing beside attrs."""
    installed = {found.name.lower() for found in distributions()} - INSTALLERS
    if installed != {"attrs", "instagram-core"}:
        sys.stderr.write(f"installing the core installed {sorted(installed)}\n")
        return 1
    root = Path(str(instagram_core.__file__)).parent
    files = [path.relative_to(root.parent) for path in sorted(root.rglob("*.py"))]
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if path.parts[1] != "testing"
    ]
    for name in modules:
        importlib.import_module(name)
    sys.stdout.write(f"{len(modules)} modules of the core import with attrs alone\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
