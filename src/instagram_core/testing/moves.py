"""Moves of people, follows, blocks, posts and likes: state machines of the family pick from them.

Three people take part, the second one private, with four places for posts. Times are drawn from
few values, so that equal ones occur.
"""

import itertools
from typing import ClassVar

from hypothesis import strategies as st

from instagram_core.accounts.model import Standing, UserId
from instagram_core.graph.events import Blocked, Followed, MuteChanged, Unblocked, Unfollowed
from instagram_core.graph.model import PersonalList
from instagram_core.likes.events import PostLiked, PostUnliked
from instagram_core.likes.model import Like
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId
from instagram_core.testing import factories
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalMachine

PEOPLE = range(3)
PLACES = range(4)

PERSON = st.sampled_from(PEOPLE)
VIEWER = st.none() | PERSON
PAIR = st.sampled_from(list(itertools.permutations(PEOPLE, 2)))
PLACE = st.sampled_from([0, 0, *PLACES])
"""The first place more often than the others, so that things happen together."""
MOMENT = st.integers(0, 3)
LIMIT = st.integers(1, 3)
STANDING = st.sampled_from([Standing.ACTIVE, Standing.ACTIVE, Standing.SUSPENDED])


class People(RelationalMachine):
    """Three people; the second is private, and anybody may change that."""

    private: ClassVar[frozenset[int]] = frozenset({1})

    async def prepare(self) -> None:
        """Register them, and forget what that announced."""
        for number in PEOPLE:
            identity = self.world.id("person", number)
            await self.scene.user(identity, is_private=number in self.private)
        await self.scene.events()

    def person(self, number: int) -> UserId:
        """Give somebody's id."""
        return UserId(self.world.id("person", number))

    def viewer(self, number: int | None) -> UserId | None:
        """Give the id of somebody or nobody."""
        return None if number is None else self.person(number)

    def at(self, moment: int) -> int:
        """Give a time in Unix milliseconds."""
        return factories.NOW + moment

    @move(who=PERSON, is_private=st.booleans())
    async def set_private(self, who: int, *, is_private: bool) -> None:
        """Go private or public."""
        await self.scene.set_private(self.person(who), is_private=is_private)

    @move(who=PERSON, standing=STANDING)
    async def set_standing(self, who: int, standing: Standing) -> None:
        """Suspend or restore."""
        await self.scene.set_standing(self.person(who), standing)

    @move()
    async def events(self) -> object:
        """Take what was announced; order is not promised, stems are in no order either."""
        found = [sorted(payload.items()) for payload in await self.scene.events()]
        return sorted(repr(payload) for payload in found)


class Follows(People):
    """Follows, requests and their ends."""

    @move(4, pair=PAIR, at=MOMENT)
    async def follow(self, pair: tuple[int, int], at: int) -> object:
        """Follow or ask."""
        first, second = map(self.person, pair)
        return await self.scene.request(first, second, self.at(at))

    @move(pair=PAIR)
    async def unfollow(self, pair: tuple[int, int]) -> object:
        """Unfollow or withdraw."""
        first, second = map(self.person, pair)
        event = Unfollowed(follower_id=first, followee_id=second)
        return await self.subject.follows.unfollow(event)

    @move(pair=PAIR, at=MOMENT)
    async def accept(self, pair: tuple[int, int], at: int) -> object:
        """Accept the first one's request to the second."""
        first, second = map(self.person, pair)
        event = Followed(follower_id=first, followee_id=second)
        return await self.subject.follows.accept(event, self.at(at))

    @move(pair=PAIR)
    async def decline(self, pair: tuple[int, int]) -> object:
        """Decline the first one's request to the second."""
        return await self.subject.follows.decline(*map(self.person, pair))

    @move(who=PERSON, at=MOMENT)
    async def accept_all(self, who: int, at: int) -> object:
        """Accept whoever waits."""
        return await self.subject.follows.accept_all(self.person(who), self.at(at))


class Blocks(People):
    """Blocks and their ends."""

    @move(pair=PAIR, at=MOMENT)
    async def block(self, pair: tuple[int, int], at: int) -> object:
        """Block."""
        first, second = map(self.person, pair)
        return await self.subject.blocks.block(
            Blocked(blocker_id=first, blocked_id=second), self.at(at)
        )

    @move(pair=PAIR)
    async def unblock(self, pair: tuple[int, int]) -> object:
        """Unblock."""
        first, second = map(self.person, pair)
        return await self.subject.blocks.unblock(Unblocked(blocker_id=first, blocked_id=second))


class Lists(People):
    """Mutes and close friends."""

    @move(3, which=st.sampled_from(PersonalList), pair=PAIR, at=MOMENT)
    async def put(self, which: PersonalList, pair: tuple[int, int], at: int) -> object:
        """Put the second on the first one's list."""
        first, second = map(self.person, pair)
        event = MuteChanged(owner_id=first, member_id=second)
        announce = event if which is PersonalList.MUTES else None
        lists = self.subject.personal_lists
        return await lists.put(which, first, second, self.at(at), announce)

    @move(which=st.sampled_from(PersonalList), pair=PAIR)
    async def remove(self, which: PersonalList, pair: tuple[int, int]) -> object:
        """Take the second off the first one's list."""
        first, second = map(self.person, pair)
        return await self.subject.personal_lists.remove(which, first, second)


class Posts(People):
    """Posts in four places: the first two are the first person's, one each the others'."""

    published: ClassVar[tuple[int, ...]] = (0, 1, 2)
    """Places where a post is from the start."""

    async def prepare(self) -> None:
        """Register people and publish posts, the later ones first."""
        await super().prepare()
        for place in self.published:
            await self.scene.post(self.author(place), self.at(-place), self.post(place))
        await self.scene.events()

    def author(self, place: int) -> UserId:
        """Give who writes in a place."""
        return self.person((0, 0, 1, 2)[place])

    def post(self, place: int) -> PostId:
        """Give the id of the post in a place, whether it is there or not."""
        return PostId(self.world.id("post", place))

    @move(2, place=PLACE, at=MOMENT)
    async def publish(self, place: int, at: int) -> object:
        """Publish what is processing; upload it first if nothing was there."""
        post = self.post(place)
        if post not in await self.subject.posts.get_many([post]):
            await self.scene.upload(self.author(place), post)
        media = factories.post_media(post)
        return await self.subject.processing.publish(post, media, self.at(at))

    @move(place=PLACE)
    async def fail(self, place: int) -> object:
        """Fail what is processing."""
        return await self.subject.processing.fail(self.post(place), "broken")

    @move(place=PLACE)
    async def retry(self, place: int) -> None:
        """Try a failed post again."""
        event = PostSubmitted(post_id=self.post(place))
        await self.subject.processing.retry(event, self.author(place))

    @move(place=PLACE, by=VIEWER)
    async def delete(self, place: int, by: int | None) -> object:
        """Delete a post, as its author, as somebody else or as the system."""
        return await self.subject.posts.delete(self.post(place), self.viewer(by))


class Likes(Posts):
    """Likes and unlikes."""

    @move(6, who=PERSON, place=PLACE, at=MOMENT)
    async def like(self, who: int, place: int, at: int) -> object:
        """Like a post."""
        user, post = self.person(who), self.post(place)
        like = Like(user_id=user, post_id=post, at=self.at(at))
        return await self.subject.likes.add(like, PostLiked(post_id=post, user_id=user))

    @move(who=PERSON, place=PLACE)
    async def unlike(self, who: int, place: int) -> object:
        """Take a like back."""
        user, post = self.person(who), self.post(place)
        announce = PostUnliked(post_id=post, user_id=user)
        return await self.subject.likes.remove(user, post, announce)
