"""The apps that pages talk to: one for each page, started when its first block needs it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from tests.docs.blocks import Block
from tests.docs.serving import free_port, serving


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Block], tuple[Path, str]]]:
    """Give a function from a block to the folder and the address of its page's app."""
    apps: dict[str, tuple[Path, str]] = {}
    with ExitStack() as stack:

        def app_of(block: Block) -> tuple[Path, str]:
            if block.page not in apps:
                folder = tmp_path_factory.mktemp("page")
                Image.linear_gradient("L").save(folder / "photo.jpg")
                command = ["instagram", "serve", "--port", str(free_port())]
                address = stack.enter_context(serving(command, folder))
                apps[block.page] = (folder, address.removeprefix("http://"))
            return apps[block.page]

        yield app_of
