"""Lists of people."""

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.operation import Auth, Operation
from instagram_core.graph.model import PersonalList
from instagram_core.graph.service import PeopleLists


async def followers(call: Call) -> shapes.Users:
    """Show who follows somebody."""
    user = call.user_id()
    asked = call.page("followers", user)
    page = await call.services.graph.lists.followers(call.viewer, user, asked.after, asked.limit)
    return call.present.users(asked, page)


async def following(call: Call) -> shapes.Users:
    """Show whom somebody follows."""
    user = call.user_id()
    asked = call.page("following", user)
    page = await call.services.graph.lists.following(call.viewer, user, asked.after, asked.limit)
    return call.present.users(asked, page)


async def requests(call: Call) -> shapes.Users:
    """Show who asks to follow one."""
    asked = call.page("follow-requests")
    page = await call.services.graph.lists.requests(call.user, asked.after, asked.limit)
    return call.present.users(asked, page)


async def blocks(call: Call) -> shapes.Users:
    """Show whom one blocks."""
    asked = call.page("blocks")
    page = await call.services.graph.lists.blocks(call.user, asked.after, asked.limit)
    return call.present.users(asked, page)


async def mutes(call: Call) -> shapes.Users:
    """Show whom one mutes."""
    return await _personal(call, PersonalList.MUTES)


async def close_friends(call: Call) -> shapes.Users:
    """Show one's close friends."""
    return await _personal(call, PersonalList.CLOSE_FRIENDS)


async def _personal(call: Call, which: PersonalList) -> shapes.Users:
    asked = call.page(which.value)
    page = await call.services.graph.lists.personal(which, call.user, asked.after, asked.limit)
    return call.present.users(asked, page)


OPERATIONS = (
    Operation(
        name="listFollowers",
        method="GET",
        path="/api/v1/users/{id}/followers",
        handler=followers,
        tag="people",
        summary="Who follows somebody",
        use_case=PeopleLists.followers,
        auth=Auth.OPTIONAL,
        is_page=True,
        answer=shapes.Users,
    ),
    Operation(
        name="listFollowing",
        method="GET",
        path="/api/v1/users/{id}/following",
        handler=following,
        tag="people",
        summary="Whom somebody follows",
        use_case=PeopleLists.following,
        auth=Auth.OPTIONAL,
        is_page=True,
        answer=shapes.Users,
    ),
    Operation(
        name="listFollowRequests",
        method="GET",
        path="/api/v1/follow-requests",
        handler=requests,
        tag="people",
        summary="Who asks to follow one",
        use_case=PeopleLists.requests,
        is_page=True,
        answer=shapes.Users,
    ),
    Operation(
        name="listBlocks",
        method="GET",
        path="/api/v1/users/me/blocks",
        handler=blocks,
        tag="people",
        summary="Whom one blocks",
        use_case=PeopleLists.blocks,
        is_page=True,
        answer=shapes.Users,
    ),
    Operation(
        name="listMutes",
        method="GET",
        path="/api/v1/users/me/mutes",
        handler=mutes,
        tag="people",
        summary="Whom one mutes",
        use_case=PeopleLists.personal,
        is_page=True,
        answer=shapes.Users,
    ),
    Operation(
        name="listCloseFriends",
        method="GET",
        path="/api/v1/users/me/close-friends",
        handler=close_friends,
        tag="people",
        summary="One's close friends",
        use_case=PeopleLists.personal,
        is_page=True,
        answer=shapes.Users,
    ),
)
