"""People, follows and posts, arranged in a family through its own ports."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs

from instagram_core.accounts.model import AccountChange, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.events import Blocked, Followed, FollowRequested
from instagram_core.graph.model import FollowStatus
from instagram_core.kernel.clock import Clock, to_milliseconds
from instagram_core.kernel.ids import IdGenerator
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId
from instagram_core.testing import factories

QUEUES = ("default", "media", "fanout")


@attrs.frozen
class Scene:
    """What a test of a relational port needs to be there before it begins."""

    family: RelationalFamily
    ids: IdGenerator
    clock: Clock

    @property
    def now(self) -> int:
        """Give the present moment in Unix milliseconds."""
        return to_milliseconds(self.clock.now())

    async def user(self, identity: UUID | None = None, *, is_private: bool = False) -> UserId:
        """Register somebody."""
        identity = identity or self.ids.new()
        await self.family.users.add(factories.account(identity, is_private=is_private))
        return UserId(identity)

    async def users(self, count: int) -> tuple[UserId, ...]:
        """Register several people, ids rising."""
        return tuple([await self.user() for _ in range(count)])

    async def set_private(self, user: UserId, *, is_private: bool) -> None:
        """Make an account private or public."""
        await self.family.users.change(user, AccountChange(is_private=is_private))

    async def set_standing(self, user: UserId, standing: Standing) -> None:
        """Suspend, delete or restore an account."""
        await self.family.users.change(user, AccountChange(standing=standing))

    async def follow(self, follower: UserId, followee: UserId, at: int | None = None) -> None:
        """Make one person follow another, through a request when it takes one."""
        at = self.now if at is None else at
        followed = Followed(follower_id=follower, followee_id=followee)
        outcome = await self.request(follower, followee, at)
        if outcome is FollowStatus.REQUESTED:
            await self.family.follows.accept(followed, at)

    async def request(
        self, follower: UserId, followee: UserId, at: int | None = None
    ) -> FollowStatus:
        """Follow or ask; give how far it got."""
        outcome = await self.family.follows.follow(
            Followed(follower_id=follower, followee_id=followee),
            FollowRequested(follower_id=follower, followee_id=followee),
            self.now if at is None else at,
        )
        return outcome.status

    async def block(self, blocker: UserId, blocked: UserId) -> None:
        """Make one person block another."""
        event = Blocked(blocker_id=blocker, blocked_id=blocked)
        await self.family.blocks.block(event, self.now)

    async def upload(self, author: UserId, identity: UUID | None = None) -> PostId:
        """Submit a post that stays in processing."""
        post = PostId(identity or self.ids.new())
        new = factories.new_post(post, author, at=self.now)
        await self.family.posts.add(new, PostSubmitted(post_id=post))
        return post

    async def post(
        self, author: UserId, at: int | None = None, identity: UUID | None = None
    ) -> PostId:
        """Publish a post at `at` (Unix ms)."""
        post = await self.upload(author, identity)
        media = factories.post_media(post)
        await self.family.processing.publish(post, media, self.now if at is None else at)
        return post

    async def failed_post(self, author: UserId) -> PostId:
        """Submit a post whose processing failed."""
        post = await self.upload(author)
        await self.family.processing.fail(post, "broken")
        return post

    async def events(self, kind: str | None = None) -> list[Mapping[str, Any]]:
        """Take all events recorded so far; give the payloads of one kind, or of all."""
        found: list[Mapping[str, Any]] = []
        while jobs := await self.family.jobs.lease(QUEUES, 100, 60):
            found += [dict(job.payload) for job in jobs if kind in {None, job.kind}]
            await self.family.jobs.finish([job.id for job in jobs])
        return found
