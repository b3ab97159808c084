"""The code blocks of Markdown pages, and what has to happen with each.

A block's language decides:

- `python` is run as a script, `console` and `bash` by bash. In `console` a line that starts with
  `$ ` is a command, `> ` goes on with it, and other lines are what it prints (`...` stands for
  anything). Blocks of `make` commands only are run as `make -n`: their recipes are printed.
- `json` and `toml` are parsed.
- `text` is not code. A block without a language is an error, as is any other language.

A comment in the line before a block can ask for more:

- `<!-- run: server -->`: the app runs meanwhile; `127.0.0.1:8000` stands for its address, and
  `photo.jpg` is a photograph. The blocks of a page share one folder and one app.
- `<!-- run: until ready -->`: the last command starts a server, which has to print its address.
- `<!-- run: pytest -->`: the block is a test file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import attrs

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})\s*(?P<language>[^\s`]*)[^`]*$")
_DIRECTIVE = re.compile(r"^\s*<!--\s*run:\s*(?P<directive>.*?)\s*-->\s*$")


class BlockError(Exception):
    """A block that nobody can run: empty, never closed, or in no language known here."""


@attrs.frozen(kw_only=True)
class Block:
    """One fenced block of a page."""

    LANGUAGES: ClassVar[frozenset[str]] = frozenset(
        {"bash", "console", "json", "python", "text", "toml"}
    )
    DIRECTIVES: ClassVar[dict[str, frozenset[str]]] = {
        "": LANGUAGES,
        "pytest": frozenset({"python"}),
        "server": frozenset({"bash", "console", "python"}),
        "until ready": frozenset({"bash", "console"}),
    }

    page: str
    line: int
    language: str
    directive: str
    body: str

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be run."""
        if self.language not in self.LANGUAGES:
            raise BlockError(
                f"{self}: the language is {self.language!r}; it may be {sorted(self.LANGUAGES)}"
            )
        if self.language not in self.DIRECTIVES.get(self.directive, ()):
            raise BlockError(f"{self}: 'run: {self.directive}' is not for {self.language!r}")
        if not self.body.strip():
            raise BlockError(f"{self}: the block is empty")

    def __str__(self) -> str:
        """Give the place, as an editor understands it."""
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """The commands of a shell block, each with the output the page shows for it."""
        if self.language == "bash":
            return ((self.body, ""),)
        found: list[tuple[str, str]] = []
        for line in self.body.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif not found:
                raise BlockError(f"{self}: the first line of a console block is '$ command'")
            elif line.startswith("> ") and not found[-1][1]:
                found[-1] = (found[-1][0] + line[2:], "")
            else:
                found[-1] = (found[-1][0], found[-1][1] + line)
        return tuple(found)

    @property
    def make_targets(self) -> tuple[str, ...]:
        """The targets of a block that consists of `make` commands; nothing for any other."""
        if self.language not in {"bash", "console"}:
            return ()
        lines = [line for command, _ in self.commands for line in command.splitlines() if line]
        if not all(line.startswith("make ") for line in lines):
            return ()
        return tuple(line.removeprefix("make ") for line in lines)


def blocks_of(page: Path, root: Path) -> Iterator[Block]:
    """Give the fenced blocks of a page in their order."""
    name = page.relative_to(root).as_posix()
    directive = ""
    lines = enumerate(page.read_text().splitlines(), 1)
    for number, line in lines:
        if asked := _DIRECTIVE.match(line):
            directive = asked["directive"]
        elif fence := _FENCE.match(line):
            body = []
            for _, inner in lines:
                if inner.strip() == fence["fence"]:
                    break
                body.append(inner[len(fence["indent"]) :] + "\n")
            else:
                raise BlockError(f"{name}:{number}: the block is never closed")
            yield Block(
                page=name,
                line=number,
                language=fence["language"],
                directive=directive,
                body="".join(body),
            )
            directive = ""
        elif line.strip():
            directive = ""


def pages_of(root: Path) -> list[Path]:
    """Give the pages whose blocks are run: the README and everything under docs/."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
