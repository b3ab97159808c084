"""Which methods a path takes: the router knows, but does not always tell."""

import re
from collections.abc import Iterable
from typing import Final

from instagram_app.http.operation import Operation

_PARAMETER: Final = re.compile(r"\\{\w+\\}")


class Methods:
    """The methods of every path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Know those of `operations`."""
        self._patterns = [(_pattern(each.path), each.methods) for each in operations]

    def allowed_at(self, path: str) -> str:
        """Give the `Allow` of a path, OPTIONS among them."""
        found = {"OPTIONS"}
        for pattern, methods in self._patterns:
            if pattern.fullmatch(path):
                found.update(methods)
        return ", ".join(sorted(found))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub("[^/]+", re.escape(path)) + "/?")
