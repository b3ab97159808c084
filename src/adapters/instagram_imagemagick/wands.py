"""What Wand does not do by itself: options before reading, warnings after it, raw pixels in."""

import ctypes
from typing import Any, Final, TypeAlias

from wand.api import libmagick, library
from wand.image import Image
from wand.version import MAGICK_VERSION_NUMBER

Wand: TypeAlias = Any
"""A wand.image.Image; Wand has no types."""

_SEVEN: Final = 0x700
_CHAR_PIXEL: Final = 1
"""`CharPixel`, which has this number in both versions."""


class _ExceptionInfo(ctypes.Structure):
    """The beginning of ImageMagick's structure, the same in both versions."""

    _fields_ = (
        ("severity", ctypes.c_int),
        ("number", ctypes.c_int),
        ("reason", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
    )


def read(magick: str, data: bytes, *, side: int | None = None) -> Wand:
    """Decode the first frame of a file that is of this format and no other.

    A JPEG is decoded at the smallest scale whose sides are not below `side`.
    """
    wand = _named(magick)
    if side is not None:
        library.MagickSetOption(wand.wand, b"jpeg:size", f"{side}x{side}".encode())
    wand.read(blob=data)
    return wand


def ping(magick: str, data: bytes) -> Wand:
    """Read the header of a file that is of this format and no other."""
    wand = _named(magick)
    if not library.MagickPingImageBlob(wand.wand, data, len(data)):
        wand.raise_exception()
    return wand


def constituted(channels: str, width: int, height: int, samples: bytes) -> Wand:
    """Give a picture of raw samples of 8 bits."""
    wand = Image()
    sizes = (wand.wand, width, height)
    if not library.MagickConstituteImage(*sizes, channels.encode(), _CHAR_PIXEL, samples):
        wand.raise_exception()
    return wand


def converted(wand: Wand, profile: bytes) -> bool:
    """Attach a profile, or convert to it from the one attached; False when that cannot be."""
    done = bool(library.MagickProfileImage(wand.wand, b"icc", profile, len(profile)))
    if not done:
        wand.get_exception()
    return done


def warning(wand: Wand) -> str:
    """Give what was said about the file that was read although it was read; empty if nothing."""
    if MAGICK_VERSION_NUMBER >= _SEVEN:
        return str(wand.get_exception() or "")
    # Version 6 leaves it at the image, where no function of MagickWand looks.
    found = libmagick.AcquireExceptionInfo()
    try:
        libmagick.GetImageException(library.GetImageFromMagickWand(wand.wand), found)
        return (found.contents.reason or b"").decode(errors="replace")
    finally:
        libmagick.DestroyExceptionInfo(found)


def _named(magick: str) -> Wand:
    wand = Image()
    # The prefix is an order: without it the bytes are asked, and pseudo-formats have magic too.
    library.MagickSetFilename(wand.wand, f"{magick}:picture[0]".encode())
    return wand


# Wand declares neither.
library.MagickProfileImage.argtypes = [
    *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t)
]
library.MagickProfileImage.restype = ctypes.c_bool
if MAGICK_VERSION_NUMBER < _SEVEN:
    libmagick.AcquireExceptionInfo.restype = ctypes.POINTER(_ExceptionInfo)
    libmagick.GetImageException.argtypes = [ctypes.c_void_p, ctypes.POINTER(_ExceptionInfo)]
    libmagick.DestroyExceptionInfo.argtypes = [ctypes.POINTER(_ExceptionInfo)]
    libmagick.DestroyExceptionInfo.restype = ctypes.c_void_p
