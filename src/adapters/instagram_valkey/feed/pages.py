"""Cached pages as bytes, of which the server reads what they rest on."""

import json
import os
import struct
from typing import Final

from instagram_core.feed.model import CachedPage, PageBasis

_HEAD: Final = struct.Struct(">Q8sI")
"""The moment, a mark that no other page has, and the length of the list of versions."""
_MADE: Final = struct.Struct(">QI")
"""When the page was made, and the length of the timeline's top."""
_NO_TOP: Final = 2**32 - 1


def packed(page: CachedPage, prefix: str) -> bytes:
    """Give a page as bytes: what the server reads, top and body.

    Names are kept as the keys of their versions: each with `prefix` before it.
    """
    basis = page.basis
    keys = [prefix + name for name in sorted(basis.names)]
    versions = json.dumps(keys, ensure_ascii=False, separators=(",", ":")).encode()
    top = _NO_TOP if basis.top is None else len(basis.top)
    head = _HEAD.pack(basis.moment, os.urandom(8), len(versions))
    made = _MADE.pack(page.made_at, top)
    return b"".join((head, versions, made, basis.top or b"", page.body))


def unpacked(kept: bytes | None, mark: bytes, prefix: str) -> CachedPage | None:
    """Give a page back from its bytes, if they have this mark."""
    if kept is None:
        return None
    moment, its_mark, length = _HEAD.unpack_from(kept)
    if its_mark != mark:
        return None
    made_from = _HEAD.size + length
    made_at, top = _MADE.unpack_from(kept, made_from)
    top_from = made_from + _MADE.size
    body_from = top_from + (0 if top == _NO_TOP else top)
    return CachedPage(
        body=kept[body_from:],
        basis=PageBasis(
            moment=moment,
            names=_names(kept[_HEAD.size : made_from].decode(), prefix),
            top=None if top == _NO_TOP else kept[top_from:body_from],
        ),
        made_at=made_at,
    )


def _names(versions: str, prefix: str) -> frozenset[str]:
    if versions == "[]" or "\\" in versions:
        return frozenset(key[len(prefix) :] for key in json.loads(versions))
    # Nothing is escaped, so nothing within a name looks like what is between two: a tenth of the
    # time, for each page that is shown again.
    return frozenset(versions[len(prefix) + 2 : -2].split(f'","{prefix}'))
