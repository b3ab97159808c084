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
        plainest_first = sorted(operations, key=lambda each: each.path.count("{"))
        self._patterns = [(each.path, _pattern(each.path), each.methods) for each in plainest_first]

    def allowed_at(self, path: str) -> str:
        """Give the `Allow` of a path, OPTIONS among them.

        What is written out goes before what a parameter could stand for: `uploads` is no id.
        """
        fitting = [each for each in self._patterns if each[1].fullmatch(path)]
        found = {method for each in fitting if each[0] == fitting[0][0] for method in each[2]}
        return ", ".join(sorted({"OPTIONS", *found}))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub("[^/]+", re.escape(path)) + "/?")
