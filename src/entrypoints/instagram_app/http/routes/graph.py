"""Who follows, blocks, mutes and trusts whom."""

from instagram_app.http import shapes
from instagram_app.http.call import Call
from instagram_app.http.operation import Operation
from instagram_core.accounts.errors import UserNotFound
from instagram_core.graph.errors import (
    FollowBlockedError,
    FollowerNotFound,
    FollowRequestNotFound,
    NotListedError,
)
from instagram_core.graph.model import FollowOutcome, PersonalList
from instagram_core.graph.service import Blocking, Following, PersonalLists
from instagram_core.kernel.errors import InvalidError


async def follow(call: Call) -> shapes.FollowState:
    """Follow somebody."""
    return _state(await call.services.graph.following.follow(call.user, call.user_id()))


async def unfollow(call: Call) -> shapes.FollowState:
    """Stop following somebody, or withdraw a request."""
    return _state(await call.services.graph.following.unfollow(call.user, call.user_id()))


async def remove_follower(call: Call) -> None:
    """End somebody's follow of oneself."""
    await call.services.graph.following.remove_follower(call.user, call.user_id())


async def accept(call: Call) -> None:
    """Let somebody follow who asked to."""
    await call.services.graph.following.accept(call.user, call.user_id())


async def decline(call: Call) -> None:
    """Refuse somebody who asked to follow."""
    await call.services.graph.following.decline(call.user, call.user_id())


async def block(call: Call) -> None:
    """Block somebody."""
    await call.services.graph.blocking.block(call.user, call.user_id())


async def unblock(call: Call) -> None:
    """Lift a block."""
    await call.services.graph.blocking.unblock(call.user, call.user_id())


async def mute(call: Call) -> None:
    """Mute somebody."""
    await _put(call, PersonalList.MUTES)


async def unmute(call: Call) -> None:
    """Hear somebody again."""
    await _remove(call, PersonalList.MUTES)


async def trust(call: Call) -> None:
    """Make somebody a close friend."""
    await _put(call, PersonalList.CLOSE_FRIENDS)


async def distrust(call: Call) -> None:
    """Take somebody off the close friends."""
    await _remove(call, PersonalList.CLOSE_FRIENDS)


async def _put(call: Call, which: PersonalList) -> None:
    await call.services.graph.personal.put(which, call.user, call.user_id())


async def _remove(call: Call, which: PersonalList) -> None:
    await call.services.graph.personal.remove(which, call.user, call.user_id())


def _state(outcome: FollowOutcome) -> shapes.FollowState:
    return shapes.FollowState(status=outcome.status.value, idempotent=not outcome.changed)


_FOLLOWS = (
    Operation(
        name="follow",
        method="POST",
        path="/api/v1/users/{id}/follow",
        handler=follow,
        tag="graph",
        summary="Follow somebody, or ask to",
        use_case=Following.follow,
        action="follow",
        takes_key=True,
        answer=shapes.FollowState,
        errors=(FollowBlockedError, InvalidError),
    ),
    Operation(
        name="unfollow",
        method="DELETE",
        path="/api/v1/users/{id}/follow",
        handler=unfollow,
        tag="graph",
        summary="Stop following, or withdraw a request",
        use_case=Following.unfollow,
        answer=shapes.FollowState,
        errors=(InvalidError,),
    ),
    Operation(
        name="removeFollower",
        method="DELETE",
        path="/api/v1/users/me/followers/{id}",
        handler=remove_follower,
        tag="graph",
        summary="Remove a follower",
        use_case=Following.remove_follower,
        status=204,
        errors=(FollowerNotFound, InvalidError),
    ),
    Operation(
        name="acceptFollowRequest",
        method="POST",
        path="/api/v1/follow-requests/{id}/accept",
        handler=accept,
        tag="graph",
        summary="Accept a follow request",
        use_case=Following.accept,
        status=204,
        errors=(FollowRequestNotFound,),
    ),
    Operation(
        name="declineFollowRequest",
        method="DELETE",
        path="/api/v1/follow-requests/{id}",
        handler=decline,
        tag="graph",
        summary="Decline a follow request",
        use_case=Following.decline,
        status=204,
        errors=(FollowRequestNotFound,),
    ),
)

_SWITCHES = (
    Operation(
        name="block",
        method="POST",
        path="/api/v1/users/{id}/block",
        handler=block,
        tag="graph",
        summary="Block somebody",
        use_case=Blocking.block,
        status=204,
        errors=(UserNotFound, InvalidError),
    ),
    Operation(
        name="unblock",
        method="DELETE",
        path="/api/v1/users/{id}/block",
        handler=unblock,
        tag="graph",
        summary="Lift a block",
        use_case=Blocking.unblock,
        status=204,
        errors=(NotListedError, InvalidError),
    ),
    Operation(
        name="mute",
        method="POST",
        path="/api/v1/users/{id}/mute",
        handler=mute,
        tag="graph",
        summary="Mute somebody",
        use_case=PersonalLists.put,
        status=204,
        errors=(UserNotFound, InvalidError),
    ),
    Operation(
        name="unmute",
        method="DELETE",
        path="/api/v1/users/{id}/mute",
        handler=unmute,
        tag="graph",
        summary="Unmute somebody",
        use_case=PersonalLists.remove,
        status=204,
        errors=(NotListedError, InvalidError),
    ),
    Operation(
        name="addCloseFriend",
        method="PUT",
        path="/api/v1/users/me/close-friends/{id}",
        handler=trust,
        tag="graph",
        summary="Add a close friend",
        use_case=PersonalLists.put,
        status=204,
        errors=(UserNotFound, InvalidError),
    ),
    Operation(
        name="removeCloseFriend",
        method="DELETE",
        path="/api/v1/users/me/close-friends/{id}",
        handler=distrust,
        tag="graph",
        summary="Remove a close friend",
        use_case=PersonalLists.remove,
        status=204,
        errors=(NotListedError, InvalidError),
    ),
)

OPERATIONS = _FOLLOWS + _SWITCHES
