"""Where ImageMagick's library is: looked for by the parent, told to the sandbox."""

import ctypes.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VARIABLE: Final = "INSTAGRAM_MAGICK_WAND"
"""The variable by which a sandbox is told the name of libMagickWand."""

MISSING: Final = "ImageMagick's library libMagickWand is not there, nor under MAGICK_HOME"
_WAND: Final = "MagickWand"
_CORE: Final = "MagickCore"
_BUILDS: Final = ("-6.Q16", "-7.Q16HDRI", "-7.Q16", "-6.Q16HDRI", "-7.Q8", "-6.Q8", "")


def located() -> str:
    """Give the name of libMagickWand as `dlopen` takes it; ImportError when there is none."""
    home = os.environ.get("MAGICK_HOME")
    for build in _BUILDS:
        names = [f"lib{_WAND}{build}.{end}" for end in ("dylib", "so", "so.10", "so.7", "so.6")]
        paths = [Path(home) / "lib" / name for name in names] if home else []
        for path in paths:
            if path.exists():
                return str(path)
        if name := ctypes.util.find_library(_WAND + build):
            return name
    raise ImportError(MISSING)


@contextmanager
def bound(wand: str) -> Iterator[None]:
    """Have Wand load this library when it is imported in the block.

    By itself it looks for one with the help of compilers, and a sandbox starts no programs.
    """
    looked_for = ctypes.util.find_library
    ctypes.util.find_library = lambda name: wand if _WAND in name else wand.replace(_WAND, _CORE)
    try:
        yield
    finally:
        ctypes.util.find_library = looked_for
