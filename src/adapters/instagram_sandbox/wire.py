"""How parent and sandbox talk: length-prefixed frames, JSON and raw bytes, never pickles.

A request is one byte that names the task, eight bytes of length, and the picture. A reply is four
bytes of length and a JSON object, then the bytes of the renditions, whose lengths the object gives.
The parent reads what an attacker may have written, so it bounds and checks all of it.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

import attrs

from instagram_core.media.errors import (
    MediaRefused,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size

REQUEST: Final = struct.Struct("!BQ")
REPLY: Final = struct.Struct("!I")
LONGEST_HEADER: Final = 64 * 1024
LARGEST_REPLY: Final = 64 * 1024 * 1024

_REFUSALS: Final = {
    refusal.code: refusal
    for refusal in (MediaTruncatedError, TooManyPixelsError, UnsupportedMediaError)
}


class Task(IntEnum):
    """What the sandbox is asked to do."""

    PROBE = 1
    RENDER = 2


class WireError(Exception):
    """The sandbox wrote what it never should."""


@attrs.frozen(kw_only=True)
class Reply:
    """The JSON object of a reply, and the lengths of what follows it."""

    fields: Mapping[str, Any]
    lengths: tuple[int, ...]

    @classmethod
    def read(cls, header: bytes) -> "Reply":
        """Give the reply of a header; WireError when it is none."""
        try:
            fields = json.loads(header)
            lengths = tuple(int(one) for one in fields.get("lengths", ()))
        except (ValueError, TypeError, AttributeError) as error:
            raise WireError("no reply") from error
        if any(length < 0 for length in lengths) or sum(lengths) > LARGEST_REPLY:
            raise WireError("a reply of impossible length")
        return cls(fields=fields, lengths=lengths)


def frames(fields: Mapping[str, object], blobs: Sequence[bytes] = ()) -> list[bytes]:
    """Give what the sandbox writes for one reply."""
    header = json.dumps({**fields, "lengths": [len(blob) for blob in blobs]}).encode()
    return [REPLY.pack(len(header)), header, *blobs]


def refused(refusal: MediaRefused) -> dict[str, object]:
    """Give the fields of a refusal."""
    return {"refused": refusal.code, "because": str(refusal)}


def read_refusal(reply: Reply) -> MediaRefused | None:
    """Give the refusal that a reply tells of; None when it tells of none."""
    if "refused" not in reply.fields:
        return None
    refusal = _REFUSALS.get(str(reply.fields["refused"]), MediaTruncatedError)
    return refusal(str(reply.fields.get("because", ""))[:200])


def probed(info: ImageInfo) -> dict[str, object]:
    """Give the fields of what `probe` found."""
    return {"format": info.format, "width": info.width, "height": info.height}


def read_info(reply: Reply, _: Sequence[bytes] = ()) -> ImageInfo:
    """Give what `probe` found; WireError when the reply says something else."""
    try:
        return ImageInfo(
            format=ImageFormat(reply.fields["format"]),
            width=int(reply.fields["width"]),
            height=int(reply.fields["height"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise WireError("no picture's size") from error


def rendered(image: RenderedImage) -> tuple[dict[str, object], list[bytes]]:
    """Give the fields and blobs of a rendered picture."""
    fields: dict[str, object] = {
        "width": image.width,
        "height": image.height,
        "placeholder": image.placeholder,
        "renditions": [[one.size, one.encoding, one.width, one.height] for one in image.renditions],
    }
    return fields, [one.data for one in image.renditions]


def read_image(reply: Reply, blobs: Sequence[bytes]) -> RenderedImage:
    """Give a rendered picture; WireError when the reply says something else."""
    try:
        return RenderedImage(
            width=int(reply.fields["width"]),
            height=int(reply.fields["height"]),
            placeholder=str(reply.fields["placeholder"]),
            renditions=tuple(
                Rendition(
                    size=Size(size),
                    encoding=str(encoding),
                    width=int(width),
                    height=int(height),
                    data=blob,
                )
                for (size, encoding, width, height), blob in zip(
                    reply.fields["renditions"], blobs, strict=True
                )
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise WireError("no rendered picture") from error
