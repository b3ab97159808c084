"""Every code block of the README and of docs/ does what the page says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks_of, pages_of
from tests.docs.running import verify

ROOT = Path(__file__).parents[2]
BLOCKS = [block for page in pages_of(ROOT) for block in blocks_of(page, ROOT)]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_does_what_its_page_says(
    block: Block, tmp_path: Path, served: Callable[[Block], tuple[Path, str]]
) -> None:
    """A reader who copies the block sees it work."""
    folder, address = served(block) if block.directive == "server" else (tmp_path, "")

    verify(block, folder, ROOT, address)


def test_the_readme_has_the_two_commands() -> None:
    """One command runs the app, one passes the tests."""
    targets = {target for block in BLOCKS for target in block.make_targets}

    assert {"run", "test"} <= targets
