"""The home feed."""

from typing import Final

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.errors import FieldError, FieldsError
from instagram_app.http.operation import Operation, Parameter
from instagram_core.feed.service import HomeFeed

_ORDERS: Final = ("chronological",)


async def home(call: Call) -> shapes.Feed:
    """Show the posts of oneself and of those one follows."""
    order = call.query.one("order")
    if order not in {None, *_ORDERS}:
        raise FieldsError(FieldError("order", f"must be {' or '.join(_ORDERS)}"))
    asked = call.page("feed", order or _ORDERS[0])
    page = await call.services.feed.page(call.user, asked.after, asked.limit)
    call.app.metrics.feed_items.observe(len(page.items))
    return call.present.feed(asked, page)


OPERATIONS = (
    Operation(
        name="homeFeed",
        method="GET",
        path="/api/v1/feed",
        handler=home,
        tag="feed",
        summary="The home feed",
        use_case=HomeFeed.page,
        action="feed",
        is_page=True,
        parameters=(
            Parameter(
                name="order",
                schema={"type": "string", "enum": list(_ORDERS), "default": _ORDERS[0]},
                description="In which order the posts come.",
            ),
        ),
        answer=shapes.Feed,
    ),
)
