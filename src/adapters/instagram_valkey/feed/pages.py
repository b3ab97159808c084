"""Cached pages as bytes, of which the server reads the moment and the names."""

import struct
from typing import Final

from instagram_core.feed.model import CachedPage, PageBasis

_HEAD: Final = struct.Struct(">QQII")
"""The moment, when the page was made, the lengths of the timeline's top and of the names."""
_END: Final = b"\xff"
"""Ends each name: no UTF-8 holds it."""
_NO_TOP: Final = 2**32 - 1


def packed(page: CachedPage) -> bytes:
    """Give a page as bytes: the head, names, top and body."""
    basis = page.basis
    names = b"".join([name.encode() + _END for name in sorted(basis.names)])
    top = _NO_TOP if basis.top is None else len(basis.top)
    head = _HEAD.pack(basis.moment, page.made_at, top, len(names))
    return b"".join((head, names, basis.top or b"", page.body))


def unpacked(kept: bytes) -> CachedPage:
    """Give a page back from its bytes."""
    moment, made_at, top_length, names_length = _HEAD.unpack_from(kept)
    top_at = _HEAD.size + names_length
    body_at = top_at if top_length == _NO_TOP else top_at + top_length
    names = kept[_HEAD.size : top_at].decode("utf-8", "surrogateescape").split("\udcff")
    return CachedPage(
        body=kept[body_at:],
        basis=PageBasis(
            moment=moment,
            names=frozenset(names[:-1]),
            top=None if top_length == _NO_TOP else kept[top_at:body_at],
        ),
        made_at=made_at,
    )
