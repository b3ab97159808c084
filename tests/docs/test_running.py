"""A block that does not do what its page says is caught."""

import sys
from pathlib import Path

import pytest

from tests.docs.blocks import Block
from tests.docs.running import verify

ROOT = Path(__file__).parents[2]
SERVER = f"""$ {sys.executable} -c '
> import time
> print("http://127.0.0.1:1", flush=True)
> time.sleep(60)'
"""


def block(language: str, body: str, directive: str = "") -> Block:
    """Give a block of a page."""
    return Block(page="page.md", line=1, language=language, directive=directive, body=body)


@pytest.mark.parametrize(
    "good",
    [
        block("text", "anything at all"),
        block("json", '{"a": 1}'),
        block("toml", "a = 1"),
        block("python", "import attrs\nprint(attrs)\n"),
        block("python", "def test_one() -> None:\n    assert 1 + 1 == 2\n", "pytest"),
        block("bash", "x=1\ntest $x = 1\n"),
        block("console", "$ x=1\n$ echo $x\n1\n"),
        block("console", "$ echo one; echo two; echo three\none\n...\nthree\n"),
        block("console", "$ make run\n$ make test\n"),
        block("console", SERVER, "until ready"),
    ],
    ids=lambda good: f"{good.language}-{good.directive}",
)
def test_a_block_that_works_passes(good: Block, tmp_path: Path) -> None:
    """Each language and directive has a way to be run."""
    verify(good, tmp_path, ROOT)


@pytest.mark.parametrize(
    "bad",
    [
        block("json", '{"a": }'),
        block("toml", "a ="),
        block("python", "import a_library_nobody_has\n"),
        block("python", "def test_one() -> None:\n    assert 1 + 1 == 3\n", "pytest"),
        block("python", "def no_test() -> None: ...\n", "pytest"),
        block("bash", "false\ntrue\n"),
        block("console", "$ false | true\n"),
        block("console", "$ echo two\none\n"),
        block("console", "$ make a-target-nobody-has\n"),
        block("console", "$ echo this is no address\n", "until ready"),
    ],
    ids=lambda bad: f"{bad.language}-{bad.directive}",
)
def test_a_block_that_does_not_work_fails(bad: Block, tmp_path: Path) -> None:
    """The harness is no use if it cannot fail."""
    with pytest.raises((AssertionError, ValueError)):
        verify(bad, tmp_path, ROOT)


def test_the_documented_address_becomes_the_real_one(tmp_path: Path) -> None:
    """Pages show the default port, tests use a free one."""
    verify(block("console", "$ echo http://127.0.0.1:8000/livez > url\n"), tmp_path, ROOT, "h:1")

    assert (tmp_path / "url").read_text() == "http://h:1/livez\n"
