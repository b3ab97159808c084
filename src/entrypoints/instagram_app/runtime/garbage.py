"""How often a process that serves looks for garbage that refers to itself."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 10_000
_OF_YOUNG: Final = 20
_OF_OLDER: Final = 100


def look_for_garbage_seldom() -> None:
    """Look at what was made since the start, and that seldom.

    What is there by now stays to the end. A request leaves next to nothing that refers to itself,
    while what is held between requests is looked through with every full collection: with the
    usual thresholds that took a fifteenth of the time, and many milliseconds at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _OF_YOUNG, _OF_OLDER)
