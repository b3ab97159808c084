"""People: their profiles, and one's own."""

import msgspec

from instagram_app.http import session_cookie, shapes
from instagram_app.http.call import Call, parse_id
from instagram_app.http.formspec import FormSpec
from instagram_app.http.operation import Auth, Operation
from instagram_app.http.texts import Bio, DisplayName, Website
from instagram_core.accounts.errors import UserNotFound, WrongPasswordError
from instagram_core.accounts.model import AccountChange, User, UserId
from instagram_core.accounts.service import AccountClosing, ProfileEditing
from instagram_core.graph.service import Profiles
from instagram_core.kernel.errors import NotFoundError
from instagram_core.kernel.unset import UNSET
from instagram_core.media.errors import (
    MediaTooLargeError,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.service import Avatars
from instagram_core.posts.service import PostReading


class ProfileChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is absent stays as it is."""

    display_name: DisplayName | msgspec.UnsetType = msgspec.UNSET
    bio: Bio | msgspec.UnsetType = msgspec.UNSET
    website: Website | msgspec.UnsetType = msgspec.UNSET
    is_private: bool | msgspec.UnsetType = msgspec.UNSET

    def change(self) -> AccountChange:
        """Give it as the core has it."""
        return AccountChange(
            display_name=UNSET if self.display_name is msgspec.UNSET else self.display_name,
            bio=UNSET if self.bio is msgspec.UNSET else self.bio,
            website=UNSET if self.website is msgspec.UNSET else self.website,
            is_private=UNSET if self.is_private is msgspec.UNSET else self.is_private,
        )


class Farewell(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The password, once more."""

    password: str


async def show(call: Call) -> shapes.User:
    """Show a profile by id or username."""
    name = call.text("id")
    user = parse_id(name)
    profiles = call.services.graph.profiles
    if user is None and len(name) > User.USERNAME_LONGEST:
        raise UserNotFound
    profile = await (
        profiles.profile_of_name(call.viewer, name)
        if user is None
        else profiles.profile(call.viewer, UserId(user))
    )
    call.services.feed.visits.seen(call.viewer, profile.user.id)
    return call.present.profile(profile)


async def me(call: Call) -> shapes.Me:
    """Show one's own profile."""
    return call.present.me(await call.services.graph.profiles.me(call.user))


async def edit(call: Call) -> shapes.Me:
    """Change one's own profile."""
    body: ProfileChange = call.body
    await call.services.accounts.editing.edit(call.user, body.change())
    return await me(call)


async def set_avatar(call: Call) -> shapes.Accepted:
    """Let a picture become one's avatar."""
    (upload,) = call.form.uploads
    await call.services.media.avatars.submit(call.user, upload.original)
    return shapes.Accepted()


async def clear_avatar(call: Call) -> None:
    """Show no avatar any more."""
    await call.services.media.avatars.clear(call.user)


async def close(call: Call) -> shapes.Accepted:
    """Delete one's own account."""
    body: Farewell = call.body
    await call.services.accounts.closing.close(call.user, body.password)
    call.headers["set-cookie"] = session_cookie.removing(is_secure=call.is_secure)
    return shapes.Accepted()


async def posts(call: Call) -> shapes.SpelledPosts:
    """Show somebody's posts."""
    user = call.user_id()
    asked = call.page("user-posts", user)
    page = await call.services.posts.reading.of_author(call.viewer, user, asked.after, asked.limit)
    return call.present.posts(asked, page)


OPERATIONS = (
    Operation(
        name="showUser",
        method="GET",
        path="/api/v1/users/{id}",
        handler=show,
        tag="users",
        summary="A profile, by id or username",
        use_case=Profiles.profile,
        path_schemas={"id": {"type": "string", "minLength": 1, "description": "Id or username."}},
        auth=Auth.OPTIONAL,
        answer=shapes.User,
    ),
    Operation(
        name="showMe",
        method="GET",
        path="/api/v1/users/me",
        handler=me,
        tag="users",
        summary="One's own profile",
        use_case=Profiles.me,
        answer=shapes.Me,
    ),
    Operation(
        name="editMe",
        method="PATCH",
        path="/api/v1/users/me",
        handler=edit,
        tag="users",
        summary="Change one's own profile",
        use_case=ProfileEditing.edit,
        body=ProfileChange,
        answer=shapes.Me,
    ),
    Operation(
        name="closeAccount",
        method="DELETE",
        path="/api/v1/users/me",
        handler=close,
        tag="users",
        summary="Delete one's own account",
        use_case=AccountClosing.close,
        action="login",  # as for the change of a password
        body=Farewell,
        status=202,
        answer=shapes.Accepted,
        errors=(WrongPasswordError,),
    ),
    Operation(
        name="setAvatar",
        method="PUT",
        path="/api/v1/users/me/avatar",
        handler=set_avatar,
        tag="users",
        summary="Set the avatar",
        use_case=Avatars.submit,
        form=FormSpec(files={"image": 1}),
        status=202,
        answer=shapes.Accepted,
        errors=(
            MediaTooLargeError,
            MediaTruncatedError,
            TooManyPixelsError,
            UnsupportedMediaError,
        ),
    ),
    Operation(
        name="clearAvatar",
        method="DELETE",
        path="/api/v1/users/me/avatar",
        handler=clear_avatar,
        tag="users",
        summary="Remove the avatar",
        use_case=Avatars.clear,
        status=204,
        errors=(NotFoundError,),
    ),
    Operation(
        name="listUserPosts",
        method="GET",
        path="/api/v1/users/{id}/posts",
        handler=posts,
        tag="users",
        summary="Somebody's posts",
        use_case=PostReading.of_author,
        auth=Auth.OPTIONAL,
        is_page=True,
        answer=shapes.Posts,
    ),
)
