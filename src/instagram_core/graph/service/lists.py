"""The lists of people: followers, followees, requests, blocks, mutes, close friends."""

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import User, UserId
from instagram_core.accounts.ports import UserRepository
from instagram_core.graph.model import PersonalList
from instagram_core.graph.ports import BlockRepository, FollowLists, PersonalListRepository
from instagram_core.kernel.paging import Page, Position
from instagram_core.visibility.policy import may_see_content
from instagram_core.visibility.ports import SightReader


class PeopleLists:
    """Shows lists of people, newest first, in two round trips a page or three."""

    def __init__(
        self,
        *,
        users: UserRepository,
        sights: SightReader,
        follows: FollowLists,
        blocks: BlockRepository,
        personal: PersonalListRepository,
    ) -> None:
        """Work on these."""
        self._users = users
        self._sights = sights
        self._follows = follows
        self._blocks = blocks
        self._personal = personal

    async def followers(
        self, viewer: UserId | None, user: UserId, after: Position | None, limit: int
    ) -> Page[User]:
        """Give who follows somebody.

        - Lists of a private account are for its followers and itself: UserNotFound for others.
        - People in a block with the viewer are left out.
        """
        await self._require_content(viewer, user)
        return await self._shown(await self._follows.followers(user, viewer, after, limit))

    async def following(
        self, viewer: UserId | None, user: UserId, after: Position | None, limit: int
    ) -> Page[User]:
        """Give whom somebody follows; rules as for `followers`."""
        await self._require_content(viewer, user)
        return await self._shown(await self._follows.following(user, viewer, after, limit))

    async def requests(self, user: UserId, after: Position | None, limit: int) -> Page[User]:
        """Give who asks to follow one."""
        return await self._shown(await self._follows.requests(user, after, limit))

    async def blocks(self, user: UserId, after: Position | None, limit: int) -> Page[User]:
        """Give whom one blocks."""
        return await self._shown(await self._blocks.page(user, after, limit))

    async def personal(
        self, which: PersonalList, user: UserId, after: Position | None, limit: int
    ) -> Page[User]:
        """Give one's mutes or close friends."""
        return await self._shown(await self._personal.page(which, user, after, limit))

    async def _require_content(self, viewer: UserId | None, user: UserId) -> None:
        sight = (await self._sights.sights(viewer, [user])).get(user)
        if sight is None or not may_see_content(sight):
            raise UserNotFound

    async def _shown(self, page: Page[UserId]) -> Page[User]:
        found = await self._users.get_many(page.items) if page.items else {}
        return Page(tuple(found[user] for user in page.items if user in found), page.next)
