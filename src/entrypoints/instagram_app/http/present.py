"""From values of the core to the shapes of answers."""

from functools import lru_cache
from typing import Final

import msgspec

from instagram_app.http import shapes
from instagram_app.http.links import Links
from instagram_app.http.paging import PageRequest, Pages
from instagram_app.http.spelling import PostSpelling
from instagram_core.accounts.model import Account, ProfileCounts, Role, Session, SessionId, User
from instagram_core.graph.service import Me, Profile
from instagram_core.kernel.clock import from_milliseconds
from instagram_core.kernel.paging import Page
from instagram_core.media.service import OfferedUpload
from instagram_core.posts.model import PostMedia, PostView
from instagram_core.visibility.model import Relationship

_VERIFIED: Final = frozenset(role for role in Role if role.includes(Role.VERIFIED))


class Presenter:
    """Makes answers, media addresses and cursors signed."""

    def __init__(
        self, links: Links, pages: Pages, spelling: PostSpelling, origin: str = ""
    ) -> None:
        """Sign with these; links begin with `origin`, or are relative without one."""
        self._links = links
        self._pages = pages
        self._spelling = spelling
        self._origin = origin

    def at(self, origin: str) -> "Presenter":
        """Give a presenter whose links begin with `origin`."""
        return Presenter(self._links, self._pages, self._spelling, origin)

    def preview(self, user: User) -> shapes.UserPreview:
        """Give somebody in short."""
        return shapes.UserPreview(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            avatar_url=self._avatar(user),
            is_verified=user.role in _VERIFIED,
            has_active_story=False,
        )

    def upload(self, offered: OfferedUpload) -> shapes.Upload:
        """Give a form; one that the app itself takes lies behind the origin."""
        url = offered.form.url
        where = self._origin + url if url.startswith("/") else url
        return shapes.Upload(key=offered.key, url=where, fields=dict(offered.form.fields))

    def profile(self, profile: Profile) -> shapes.User:
        """Give a profile as its viewer sees it."""
        sight = profile.sight
        stands = None if sight.viewer is None or sight.is_self else sight.relationship
        return self._user(profile.user, profile.counts, stands)

    def me(self, me: Me) -> shapes.Me:
        """Give one's own profile."""
        return self.account(me.account, me.counts)

    def account(self, account: Account, counts: ProfileCounts) -> shapes.Me:
        """Give an account to its owner."""
        user = self._user(account.user, counts, None)
        return shapes.Me(**msgspec.structs.asdict(user), email=account.email)

    def post(self, view: PostView) -> shapes.Post:
        """Give a post as its viewer sees it."""
        state = view.state
        return shapes.Post(
            **msgspec.structs.asdict(self._shared(view)),
            like_count=state.like_count,
            comment_count=state.comment_count,
            is_liked=state.is_liked,
            is_saved=state.is_saved,
        )

    def users(self, asked: PageRequest, page: Page[User]) -> shapes.Users:
        """Give a page of people."""
        cursor = self._pages.next_cursor(asked, page)
        shown = tuple([self.preview(user) for user in page.items])
        return shapes.Users(users=shown, next_cursor=cursor, has_more=cursor is not None)

    def posts(self, asked: PageRequest, page: Page[PostView]) -> shapes.SpelledPosts:
        """Give a page of posts."""
        cursor = self._pages.next_cursor(asked, page)
        shown = self._spelling.of(page.items, self._origin, self._shared)
        return shapes.SpelledPosts(posts=shown, next_cursor=cursor, has_more=cursor is not None)

    def feed(self, asked: PageRequest, page: Page[PostView]) -> shapes.SpelledFeed:
        """Give a page of the home feed."""
        cursor = self._pages.next_cursor(asked, page)
        shown = self._spelling.of(page.items, self._origin, self._shared)
        return shapes.SpelledFeed(posts=shown, next_cursor=cursor, has_more=cursor is not None)

    def sessions(
        self, asked: PageRequest, page: Page[Session], current: SessionId
    ) -> shapes.Sessions:
        """Give a page of one's sessions."""
        cursor = self._pages.next_cursor(asked, page)
        shown = tuple([_session(each, current) for each in page.items])
        return shapes.Sessions(sessions=shown, next_cursor=cursor, has_more=cursor is not None)

    def _user(self, user: User, counts: ProfileCounts, stands: Relationship | None) -> shapes.User:
        return shapes.User(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            bio=user.bio,
            website=user.website,
            avatar_url=self._avatar(user),
            is_private=user.is_private,
            is_verified=user.is_verified,
            role=user.role.value,
            has_active_story=False,
            follower_count=counts.followers,
            following_count=counts.following,
            post_count=counts.posts,
            created_at=time(user.created_at),
            relationship=None if stands is None else _relationship(stands),
        )

    def _shared(self, view: PostView) -> shapes.SharedPost:
        post = view.post
        media = tuple([self._media(each, view.author) for each in post.media])
        first = media[0] if media else None
        return shapes.SharedPost(
            id=post.id,
            author=self.preview(view.author),
            caption=post.caption,
            location=post.location,
            status=post.status.value,
            media=media,
            thumbnail_url=first.thumbnail_url if first else None,
            small_url=first.small_url if first else None,
            medium_url=first.medium_url if first else None,
            large_url=first.large_url if first else None,
            created_at=time(post.uploaded_at if post.shared_at is None else post.shared_at),
        )

    def _avatar(self, user: User) -> str | None:
        # Whoever sees the profile sees its picture, a private account's too.
        if user.avatar is None:
            return None
        return self._links.of(
            user.avatar, user.media_generation, origin=self._origin, is_restricted=False
        ).small

    def _media(self, media: PostMedia, author: User) -> shapes.Media:
        links = self._links.of(
            media.picture.stem,
            author.media_generation,
            origin=self._origin,
            is_restricted=author.is_private,
        )
        return shapes.Media(
            id=media.id,
            type="image",
            width=media.picture.width,
            height=media.picture.height,
            alt_text=media.alt_text,
            placeholder=media.picture.placeholder,
            thumbnail_url=links.thumbnail,
            small_url=links.small,
            medium_url=links.medium,
            large_url=links.large,
        )


@lru_cache(4096)
def time(milliseconds: int) -> str:
    """Give RFC 3339 in UTC, always with milliseconds."""
    return from_milliseconds(milliseconds).isoformat(timespec="milliseconds")[:-6] + "Z"


def _relationship(stands: Relationship) -> shapes.Relationship:
    return shapes.Relationship(
        following=stands.following,
        requested=stands.requested,
        followed_by=stands.followed_by,
        blocking=stands.blocking,
        muting=stands.muting,
        close_friend=stands.close_friend,
    )


def _session(session: Session, current: SessionId) -> shapes.Session:
    return shapes.Session(
        id=session.id,
        created_at=time(session.created_at),
        last_used_at=time(session.last_used_at),
        address=session.address,
        user_agent=session.user_agent,
        is_current=session.id == current,
    )
