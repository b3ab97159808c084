"""Fills the system by its own use cases; what is there already is left as it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

import attrs

from instagram_app.cli.demonstration import plan, words
from instagram_app.cli.demonstration.clock import DemonstrationClock
from instagram_app.cli.demonstration.photos import Photos
from instagram_app.cli.demonstration.plan import Person, PlannedPost
from instagram_app.cli.progress import progress
from instagram_app.container.application import Application
from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import Account, AccountChange, Role, UserId
from instagram_core.accounts.service import Device
from instagram_core.graph.model import FollowStatus
from instagram_core.jobs.service import Worker
from instagram_core.kernel.paging import Position
from instagram_core.media.errors import MediaRefused
from instagram_core.posts.model import PostId
from instagram_core.posts.service import NewPostText

PASSWORD: Final = "instagram demo"  # noqa: S105 - printed for everybody to use
_ARRIVAL: Final = 15 * 86_400
"""Seconds ago that the first ones came."""
_PAGE: Final = 50


@attrs.define
class Tally:
    """What this run added."""

    people: int = 0
    follows: int = 0
    posts: int = 0
    likes: int = 0
    refused: int = 0


class Filling:
    """One run of the demonstration."""

    def __init__(
        self,
        application: Application,
        *,
        worker: Worker,
        clock: DemonstrationClock,
        photos: Photos,
        count: int,
    ) -> None:
        """Fill `application`, whose time is that of `clock`, with `count` people."""
        self._services = application.services
        self._worker = worker
        self._clock = clock
        self._photos = photos
        self._people = plan.cast(count)
        self._ids: dict[int, UserId] = {}
        self._posts: list[tuple[PlannedPost, PostId]] = []
        self.tally = Tally()

    async def fill(self) -> str | None:
        """Do it, and give the username of the first of the people; None when nobody is ours."""
        await self._worker.run_until_idle()  # what an earlier run left to do
        await self._fill_people()
        await self._fill_follows()
        await self._fill_posts()
        await self._fill_likes()
        return next((one.username for one in self._people if one.number in self._ids), None)

    async def _fill_people(self) -> None:
        count = len(self._people)
        with progress("people", count) as advance:
            for person in self._people:
                self._clock.go_back(_ARRIVAL - person.number * 3600 / count)
                account = await self._account(person)
                if account is not None:
                    self._ids[person.number] = account.user.id
                advance(1)
        await self._worker.run_until_idle()

    async def _account(self, person: Person) -> Account | None:
        administration = self._services.accounts.administration
        try:
            account = await administration.find(person.username)
        except UserNotFound:
            account = await self._register(person)
        if account.email != person.email:
            return None  # a person of flesh and blood has this name
        if account.user.avatar is None:
            await self._give_avatar(account.user.id, person)
        return account

    async def _register(self, person: Person) -> Account:
        accounts = self._services.accounts
        made = await accounts.sign_in.register(
            username=person.username,
            email=person.email,
            password=PASSWORD,
            display_name=person.display_name,
            device=Device(),
        )
        user = made.account.user.id
        await accounts.sessions.end(user, made.session.id)
        await accounts.editing.edit(
            user, AccountChange(bio=person.bio, is_private=person.is_private)
        )
        if person.is_verified:
            await accounts.administration.assign(user, Role.VERIFIED)
        self.tally.people += 1
        return made.account

    async def _give_avatar(self, user: UserId, person: Person) -> None:
        from instagram_app.cli.demonstration.drawing import portrait

        media = self._services.media
        async with media.uploads.batch() as batch:
            upload = await batch.accept(_whole(portrait(person.number)))
            await media.avatars.submit(user, upload.original)
            batch.keep()

    async def _fill_follows(self) -> None:
        with progress("follows", len(self._people)) as advance:
            for person in self._people:
                self._clock.go_back(_ARRIVAL - 7200 - person.number)
                for other in plan.followees(person.number, len(self._people)):
                    if person.number in self._ids and other in self._ids:
                        await self._follow(person.number, other)
                advance(1)

    async def _follow(self, follower: int, followee: int) -> None:
        following = self._services.graph.following
        one, other = self._ids[follower], self._ids[followee]
        outcome = await following.follow(one, other)
        if outcome.status is FollowStatus.REQUESTED and plan.accepts(followee, follower):
            await following.accept(other, one)
        self.tally.follows += outcome.changed

    async def _fill_posts(self) -> None:
        planned = [one for one in plan.posts(self._people) if one.author in self._ids]
        there = await self._captions()
        missing = [one for one in planned if one.caption not in there[one.author]]
        with progress("photographs", len(missing)) as advance:
            for pair in _in_pairs(missing):
                # The next pictures are drawn while those before them are processed.
                pictures, _ = await asyncio.gather(
                    self._pictures(pair), self._worker.run_until_idle()
                )
                for post, picture in zip(pair, pictures, strict=True):
                    self._clock.go_back(post.seconds_ago)
                    await self._share(post, picture)
                advance(len(pair))
        await self._worker.run_until_idle()

    async def _pictures(self, posts: Sequence[PlannedPost]) -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(self._photos.of, one) for one in posts))

    async def _captions(self) -> dict[int, dict[str, PostId]]:
        return {number: await self._captions_of(user) for number, user in self._ids.items()}

    async def _captions_of(self, author: UserId) -> dict[str, PostId]:
        found: dict[str, PostId] = {}
        after: Position | None = None
        while True:
            page = await self._services.posts.reading.of_author(author, author, after, _PAGE)
            found |= {view.post.caption: view.post.id for view in page.items}
            after = page.next
            if after is None:
                return found

    async def _share(self, post: PlannedPost, picture: bytes) -> None:
        text = NewPostText(
            caption=post.caption, location=post.place, alt_texts=(words.ALT_TEXTS[post.scene],)
        )
        try:
            async with self._services.media.uploads.batch() as batch:
                upload = await batch.accept(_whole(picture))
                author = self._ids[post.author]
                await self._services.posts.posting.create(author, [upload.original], text)
                batch.keep()
        except MediaRefused:
            self.tally.refused += 1
        else:
            self.tally.posts += 1

    async def _fill_likes(self) -> None:
        followers = plan.followers(len(self._people))
        there = await self._captions()
        planned = [
            (post, there[post.author][post.caption])
            for post in plan.posts(self._people)
            if post.author in self._ids and post.caption in there[post.author]
        ]
        with progress("likes", len(planned)) as advance:
            for post, post_id in planned:
                self._clock.go_back(post.seconds_ago / 2)
                for liker in self._likers(post, followers[post.author]):
                    outcome = await self._services.likes.like(self._ids[liker], post_id)
                    self.tally.likes += outcome.changed
                advance(1)

    def _likers(self, post: PlannedPost, followers: tuple[int, ...]) -> Iterator[int]:
        for liker in plan.likers(post, followers):
            is_let_in = not self._people[post.author].is_private or plan.accepts(post.author, liker)
            if liker in self._ids and is_let_in:
                yield liker


def _in_pairs(posts: Sequence[PlannedPost]) -> Iterator[Sequence[PlannedPost]]:
    for start in range(0, len(posts), 2):
        yield posts[start : start + 2]


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
