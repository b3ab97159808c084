"""Cached pages as bytes: a line of JSON that describes the page, then its body as it is."""

import json
from typing import Any

from instagram_core.feed.model import CachedPage
from instagram_core.kernel.paging import Position


def packed(page: CachedPage) -> bytes:
    """Give a page as bytes."""
    newest = None if page.newest is None else bytes(page.newest).hex()
    head = {"made_at": page.made_at, "newest": newest, "versions": page.versions}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + page.body


def unpacked(kept: bytes) -> CachedPage | None:
    """Give a page back from its bytes; None for one that another release wrote otherwise."""
    described, _, body = kept.partition(b"\n")
    try:
        return _page(json.loads(described), body)
    except (ValueError, KeyError, TypeError):
        return None


def _page(head: dict[str, Any], body: bytes) -> CachedPage:
    newest = head["newest"]
    return CachedPage(
        body=body,
        newest=None if newest is None else Position.from_bytes(bytes.fromhex(newest)),
        versions=tuple((name, version) for name, version in head["versions"]),
        made_at=head["made_at"],
    )
