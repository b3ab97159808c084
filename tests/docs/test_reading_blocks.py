"""No block escapes: each is found, and one that cannot be run is an error."""

from pathlib import Path

import pytest

from tests.docs.blocks import Block, BlockError, blocks_of


def read(folder: Path, page: str) -> list[Block]:
    """Give the blocks of a page with this text."""
    (folder / "page.md").write_text(page)
    return list(blocks_of(folder / "page.md", folder))


def console(body: str) -> Block:
    """Give a console block with this body."""
    return Block(page="page.md", line=1, language="console", directive="", body=body)


def test_a_block_is_found_with_its_place_language_and_text(tmp_path: Path) -> None:
    """The place is what a failure shows."""
    (block,) = read(tmp_path, "Words\n\n```python\nprint(1)\n```\n")

    assert str(block) == "page.md:3"
    assert (block.language, block.directive, block.body) == ("python", "", "print(1)\n")


def test_an_indented_block_loses_its_indentation(tmp_path: Path) -> None:
    """Blocks stand in lists, too."""
    (block,) = read(tmp_path, "1. One\n\n   ```python\n   if 1:\n       x = 1\n   ```\n")

    assert block.body == "if 1:\n    x = 1\n"


def test_a_fence_inside_a_longer_fence_is_text(tmp_path: Path) -> None:
    """A page can show Markdown."""
    (block,) = read(tmp_path, "````text\n```\n````\n")

    assert block.body == "```\n"


def test_a_directive_holds_for_the_next_block_alone(tmp_path: Path) -> None:
    """A comment far above has nothing to do with a block."""
    first, second = read(
        tmp_path, "<!-- run: server -->\n```bash\ntrue\n```\n\n```bash\ntrue\n```\n"
    )

    assert (first.directive, second.directive) == ("server", "")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```\nls\n```\n", "the language is ''"),
        ("```ruby\nputs 1\n```\n", "the language is 'ruby'"),
        ("```python\n", "never closed"),
        ("```python\n\n```\n", "empty"),
        ("<!-- run: servr -->\n```bash\ntrue\n```\n", "'run: servr' is not for 'bash'"),
        ("<!-- run: pytest -->\n```bash\ntrue\n```\n", "'run: pytest' is not for 'bash'"),
    ],
)
def test_a_block_that_nobody_can_run_is_refused(tmp_path: Path, page: str, message: str) -> None:
    """Otherwise a typo would keep a block from being run."""
    with pytest.raises(BlockError, match=message):
        read(tmp_path, page)


def test_a_console_block_has_commands_with_their_output() -> None:
    """What the page shows below a command is what it has to print."""
    block = console("$ echo one \\\n> two\none two\n$ true\n")

    assert block.commands == (("echo one \\\ntwo\n", "one two\n"), ("true\n", ""))


def test_a_console_block_without_a_prompt_is_refused() -> None:
    """Otherwise all of it would count as output, and nothing would be run."""
    with pytest.raises(BlockError, match="first line"):
        _ = console("ls\n").commands


def test_make_commands_are_told_apart() -> None:
    """`make run` would never end, and `make test` would run itself."""
    assert console("$ make run\n$ make test\n").make_targets == ("run", "test")
    assert console("$ make run\n$ ls\n").make_targets == ()
