"""In the sandbox ImageMagick reads four formats, of bytes, within bounds."""

import json
import os
import subprocess
import sys
import textwrap
from typing import Any

import pytest

from instagram_imagemagick import MagickImageProcessor
from tests.magick import require_magick

SHUT = (
    *("svg", "mvg", "msl", "text", "label", "caption", "ps", "eps", "pdf", "xps", "url", "https"),
    *("ephemeral", "inline", "xc", "gradient", "plasma", "tiff", "bmp", "heic", "video", "rgb"),
)


def inside(program: str, *arguments: str) -> Any:  # noqa: ANN401 - what the program prints
    """Give what a program prints as JSON that starts as a sandbox does."""
    require_magick()
    beginning = """
        import json, sys
        from instagram_imagemagick.starting import start
        from instagram_sandbox.limits import Limits
        decoder = start(Limits(max_pixels=1_000_000, memory_bytes=64 * 1024 * 1024))
        from instagram_core.testing.pictures import solid
        from instagram_imagemagick import wands
        from wand.exceptions import WandException
    """
    environment = MagickImageProcessor().program().environment
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(beginning) + textwrap.dedent(program), *arguments],
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def test_no_other_format_can_even_be_named() -> None:
    """Were sniffing to fail, the policy that comes with the package refuses them all."""
    said = inside(
        """
        said = {}
        for name in sys.argv[1:]:
            for reading in (wands.ping, wands.read):
                try:
                    reading(name, b"/etc/hosts")
                    said.setdefault(name, []).append("read it")
                except WandException as error:
                    said.setdefault(name, []).append(str(error))
        print(json.dumps(said))
        """,
        *SHUT,
    )

    assert [name for name in SHUT if "read it" in said[name]] == []
    refused = {name for name in SHUT if all("not allowed" in one for one in said[name])}
    # A format that this build does not know at all is said to have no decoder.
    assert refused >= {"mvg", "msl", "text", "label", "ps", "pdf", "https", "tiff"}


def test_amounts_are_bounded_in_code() -> None:
    """By the limits of the processor, above or below what the system's policy allows."""
    found = inside(
        """
        from wand.resource import limits
        names = ("width", "height", "area", "memory", "map", "disk", "thread")
        print(json.dumps({name: limits[name] for name in names}))
        """
    )

    assert found == {
        "width": 1_000_000,
        "height": 1_000_000,
        "area": 1_000_001,
        "memory": 64 * 1024 * 1024,
        "map": 64 * 1024 * 1024,
        "disk": 0,
        "thread": 1,
    }


def test_a_picture_beyond_the_bounds_is_refused_by_the_library_too() -> None:
    """Were the header's check to fail."""
    said = inside(
        """
        try:
            wands.read("png", solid(1001, 1000, (1, 2, 3)))
            print(json.dumps("read it"))
        except WandException as error:
            print(json.dumps(str(error)))
        """
    )

    assert said != "read it"


@pytest.mark.parametrize("named", ["gif", "jpeg", "webp"])
def test_a_picture_is_read_as_what_it_is_called_only(named: str) -> None:
    """The name is an order: ImageMagick does not guess."""
    said = inside(
        """
        try:
            wands.read(sys.argv[1], solid(4, 3, (1, 2, 3)))
            print(json.dumps("read it"))
        except WandException as error:
            print(json.dumps(str(error)))
        """,
        named,
    )

    assert said != "read it"
