"""The home feed."""

from typing import Final

from instagram_app.http import shapes
from instagram_app.http.answers import encode
from instagram_app.http.call import Call
from instagram_app.http.errors import FieldError, FieldsError
from instagram_app.http.operation import Operation, Parameter
from instagram_app.http.paging import PageRequest, limit_of
from instagram_core.accounts.model import UserId
from instagram_core.feed.service import FirstLook, HomeFeed
from instagram_core.kernel.errors import AdapterUnavailable

_CHRONOLOGICAL: Final = "chronological"
_RANKED: Final = "ranked"
_ORDERS: Final = (_CHRONOLOGICAL, _RANKED)
_FORM: Final = 1
"""Of answers that are kept: another one with every change of their shape, because two releases
share a store during an upgrade."""


async def home(call: Call) -> bytes:
    """Show the posts of oneself and of those one follows."""
    if call.ahead is not None:
        return await _first(call, call.ahead)
    return await (_ranked(call) if _order(call) == _RANKED else _chronological(call))


async def _chronological(call: Call) -> bytes:
    asked = call.page("feed", _CHRONOLOGICAL)
    if asked.after is not None:
        return await _made(call, asked, None)
    return await _first(call, await _look(call, call.user, _CHRONOLOGICAL, asked.limit))


async def _first(call: Call, look: FirstLook) -> bytes:
    pages = call.services.feed.pages
    shown = pages.fresh(look)
    if shown is not None:
        return shapes.marked_degraded(shown) if call.app.truth.is_away else shown
    return await _made_or_last(call, call.page("feed", _CHRONOLOGICAL), look)


async def _ranked(call: Call) -> bytes:
    asked = call.page("feed", _RANKED)
    if asked.after is not None:
        return await _made(call, asked, None)
    # Ranked anew each time: what is kept is for when that cannot be done.
    return await _made_or_last(call, asked, await _look(call, call.user, _RANKED, asked.limit))


async def _made_or_last(call: Call, asked: PageRequest, look: FirstLook) -> bytes:
    try:
        return await _made(call, asked, look)
    except AdapterUnavailable:
        shown = call.services.feed.pages.last(look)
        if shown is None:
            raise
        return shapes.marked_degraded(shown)


async def _made(call: Call, asked: PageRequest, look: FirstLook | None) -> bytes:
    feed = call.services.feed
    read = feed.ranked.page if _order(call) == _RANKED else feed.home.page
    page = await read(call.user, asked.after, asked.limit, look)
    call.app.metrics.feed_items.observe(len(page.items))
    answer = encode(call.present.feed(asked, page))
    if look is not None:
        feed.pages.keep(look, page, answer)
    return answer


async def _ahead(call: Call, owner: UserId) -> FirstLook | None:
    """Look at the first page of whoever may turn out to be signed in, if that is what is asked."""
    if _order(call) != _CHRONOLOGICAL or call.query.one("cursor") is not None:
        return None
    return await _look(call, owner, _CHRONOLOGICAL, limit_of(call.query))


async def _look(call: Call, reader: UserId, order: str, limit: int) -> FirstLook:
    # Addresses of pictures begin with the origin, so each has a page of its own.
    name = f"{_FORM}:{order}:{limit}:{call.origin}"
    return await call.services.feed.pages.look(reader, name, limit)


def _order(call: Call) -> str:
    order = call.query.one("order")
    if order not in {None, *_ORDERS}:
        raise FieldsError(FieldError("order", f"must be {' or '.join(_ORDERS)}"))
    return order or _CHRONOLOGICAL


OPERATIONS = (
    Operation(
        name="homeFeed",
        method="GET",
        path="/api/v1/feed",
        handler=home,
        tag="feed",
        summary="The home feed",
        use_case=HomeFeed.page,
        ahead=_ahead,
        action="feed",
        is_page=True,
        parameters=(
            Parameter(
                name="order",
                schema={"type": "string", "enum": list(_ORDERS), "default": _CHRONOLOGICAL},
                description="In which order the posts come: newest first; or the newest hundreds "
                "by what they are worth to the reader and the older ones after them, newest first. "
                "A cursor belongs to one order.",
            ),
        ),
        answer=shapes.Feed,
    ),
)
