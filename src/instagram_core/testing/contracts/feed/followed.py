"""The contract of the truth of home feeds: complete, in order, of whom one follows now."""

from hypothesis import strategies as st

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.feed.events import AuthorCrossed
from instagram_core.feed.model import FeedEntry, HomeSnapshot, PushRule
from instagram_core.graph.events import Unblocked, Unfollowed
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Page, Position
from instagram_core.posts.model import PostId
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW, entry
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class FollowedPostsMachine(moves.Follows, moves.Posts, moves.Blocks, moves.Lists):
    """Everything that changes who is home, and what they posted."""

    @move(who=moves.PERSON, limit=st.integers(1, 3))
    async def page(self, who: int, limit: int) -> object:
        """Read somebody's home to the end."""
        reader, read = self.person(who), self.subject.followed_posts.page
        return await walk(lambda after, n: read(reader, after, n), limit)

    @move(2, who=moves.PERSON)
    async def settle(self, who: int) -> object:
        """Bring somebody in line with a rule that a single follower breaks."""
        return await self.subject.delivery.settle(self.person(who), PushRule(pulled_from=1))

    @move(who=moves.PERSON, limit=st.integers(1, 3))
    async def snapshot(self, who: int, limit: int) -> object:
        """Take a snapshot of somebody's home."""
        return await self.subject.followed_posts.snapshot(self.person(who), limit)

    @move(limit=st.integers(1, 3))
    async def of_authors(self, limit: int) -> object:
        """Read what each person published last."""
        people = [self.person(number) for number in moves.PEOPLE]
        return dict(await self.subject.followed_posts.of_authors(people, limit))

    @move()
    async def homes(self) -> object:
        """Read everybody's home."""
        return [(await self.page(who, 2), await self.snapshot(who, 9)) for who in moves.PEOPLE]


class FollowedPostsContract(RelationalContract):
    """What every `FollowedPosts` does."""

    machine = FollowedPostsMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read nobody's home."""
        return await subject.followed_posts.page(UserId(self.ids.new()), None, 1)

    async def home(
        self, family: RelationalFamily, reader: UserId, limit: int = 2
    ) -> list[FeedEntry]:
        """Give all of somebody's home."""
        read = family.followed_posts.page
        return await walk(lambda after, n: read(reader, after, n), limit)

    async def posts(self, family: RelationalFamily, reader: UserId) -> list[PostId]:
        """Give the posts of somebody's home."""
        return [entry.post_id for entry in await self.home(family, reader)]

    async def test_home_is_oneself_and_whom_one_follows(self, family: RelationalFamily) -> None:
        """Strangers are not there, nor those who follow one, nor those one asked."""
        scene = self.scene(family)
        ann, bob, stranger, fan = await scene.users(4)
        private = await scene.user(is_private=True)
        await scene.follow(ann, bob)
        await scene.follow(fan, ann)
        await scene.request(ann, private)
        mine, theirs = await scene.post(ann, NOW + 1), await scene.post(bob, NOW + 2)
        for author in (stranger, fan, private):
            await scene.post(author)
        assert [entry(NOW + 2, theirs, bob), entry(NOW + 1, mine, ann)] == await self.home(
            family, ann
        )
        assert await self.home(family, UserId(self.ids.new())) == []

    async def test_home_is_in_order_whatever_the_source(self, family: RelationalFamily) -> None:
        """Newest first by time, then by id, over all authors; pages join without gap."""
        scene = self.scene(family)
        reader, *authors = await scene.users(4)
        for author in authors:
            await scene.follow(reader, author)
        expected: list[tuple[Position, UserId]] = []
        for number, at in enumerate((20, 10, 30, 20, 20, 10, 30, 5)):
            author = [reader, *authors][number % 4]
            post = await scene.post(author, NOW + at)
            expected.append((Position(NOW + at, post), author))
        expected.sort(reverse=True)
        for limit in (1, 2, 3, 8, 20):
            found = await self.home(family, reader, limit)
            assert expected == [(one.position, one.author_id) for one in found]

    async def test_only_published_posts_are_there(self, family: RelationalFamily) -> None:
        """Not those in processing, failed or deleted, one's own neither."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.follow(ann, bob)
        for author in (ann, bob):
            await scene.upload(author)
            await scene.failed_post(author)
            await family.posts.delete(await scene.post(author))
        shown = await scene.post(bob)
        assert [shown] == await self.posts(family, ann)

    async def test_following_brings_all_and_unfollowing_takes_all(
        self, family: RelationalFamily
    ) -> None:
        """Posts from before the follow are there; afterwards none is."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(bob, NOW + number) for number in range(3)]
        assert await self.posts(family, ann) == []
        await scene.follow(ann, bob)
        assert list(reversed(posts)) == await self.posts(family, ann)
        await family.follows.unfollow(Unfollowed(follower_id=ann, followee_id=bob))
        assert await self.posts(family, ann) == []

    async def test_the_muted_are_left_out(self, family: RelationalFamily) -> None:
        """For whoever muted them; the mute lifted, they are back."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        for reader in (ann, cem):
            await scene.follow(reader, bob)
        post = await scene.post(bob)
        await family.personal_lists.put(PersonalList.MUTES, ann, bob, NOW)
        assert await self.posts(family, ann) == []
        assert [post] == await self.posts(family, cem)
        await family.personal_lists.remove(PersonalList.MUTES, ann, bob)
        assert [post] == await self.posts(family, ann)

    async def test_a_close_friend_is_not_muted(self, family: RelationalFamily) -> None:
        """Another list of the same owner hides nobody."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        await scene.follow(ann, bob)
        post = await scene.post(bob)
        await family.personal_lists.put(PersonalList.CLOSE_FRIENDS, ann, bob, NOW)
        assert [post] == await self.posts(family, ann)

    async def test_blocked_people_are_left_out(self, family: RelationalFamily) -> None:
        """Either way; the block lifted, nothing comes back, for the follow has ended."""
        scene = self.scene(family)
        ann, blocked, blocking = await scene.users(3)
        for author in (blocked, blocking):
            await scene.follow(ann, author)
            await scene.post(author)
        await scene.block(ann, blocked)
        await scene.block(blocking, ann)
        assert await self.posts(family, ann) == []
        await family.blocks.unblock(Unblocked(blocker_id=ann, blocked_id=blocked))
        assert await self.posts(family, ann) == []

    async def test_who_is_not_active_is_left_out(self, family: RelationalFamily) -> None:
        """And pages stay full; the suspended come back."""
        scene = self.scene(family)
        ann, *authors = await scene.users(5)
        posts: list[PostId] = []
        for number in range(8):
            author = authors[number % 4]
            await scene.follow(ann, author)
            posts.append(await scene.post(author, NOW + number))
        await scene.set_standing(authors[1], Standing.SUSPENDED)
        await scene.set_standing(authors[2], Standing.DELETED)
        shown = [posts[number] for number in (7, 4, 3, 0)]
        assert shown == await self.posts(family, ann)
        await scene.set_standing(authors[1], Standing.ACTIVE)
        assert [posts[n] for n in (7, 5, 4, 3, 1, 0)] == await self.posts(family, ann)

    async def test_a_private_person_one_follows_is_there(self, family: RelationalFamily) -> None:
        """Accepted followers see them, also after they went private."""
        scene = self.scene(family)
        ann, bob = await scene.user(), await scene.user(is_private=True)
        await scene.follow(ann, bob)
        post = await scene.post(bob)
        assert [post] == await self.posts(family, ann)

    async def test_pages_join_whatever_is_published(self, family: RelationalFamily) -> None:
        """A post between two pages shifts nothing; an old import takes its place in time."""
        scene = self.scene(family)
        ann = await scene.user()
        posts = [await scene.post(ann, NOW + number * 10) for number in range(4)]
        first = await family.followed_posts.page(ann, None, 2)
        await scene.post(ann, NOW + 100)
        imported = await scene.post(ann, NOW + 5)
        second = await family.followed_posts.page(ann, first.next, 5)
        found = [entry.post_id for entry in (*first.items, *second.items)]
        assert [posts[3], posts[2], posts[1], imported, posts[0]] == found

    async def test_a_snapshot_is_the_beginning_of_home(self, family: RelationalFamily) -> None:
        """Its newest entries; the floor is the last one, unless nothing is older."""
        scene = self.scene(family)
        ann, bob, often = await scene.users(3)
        for author in (bob, often):
            await scene.follow(ann, author)
        for number in range(30):
            await scene.post(often, NOW + number // 2)
        for author in (ann, bob):
            await scene.post(author, NOW + 7)
            await scene.post(author, NOW - 1)
        home = await self.home(family, ann, 100)
        for limit in (1, 5, 10, 33):
            snapshot = await family.followed_posts.snapshot(ann, limit)
            assert tuple(home[:limit]) == snapshot.entries
            assert home[limit - 1].position == snapshot.floor
        for limit in (34, 50):
            whole = HomeSnapshot(entries=tuple(home), floor=None)
            assert whole == await family.followed_posts.snapshot(ann, limit)
        nobody = await family.followed_posts.snapshot(UserId(self.ids.new()), 5)
        assert HomeSnapshot(entries=(), floor=None) == nobody

    async def test_a_snapshot_holds_whom_home_holds(self, family: RelationalFamily) -> None:
        """Not the muted, nor those one asked; the suspended, who may return any time."""
        scene = self.scene(family)
        ann, muted, suspended = await scene.users(3)
        asked = await scene.user(is_private=True)
        for author in (muted, suspended, asked):
            await scene.request(ann, author)
            await scene.post(author)
        await family.personal_lists.put(PersonalList.MUTES, ann, muted, NOW)
        await family.personal_lists.put(PersonalList.CLOSE_FRIENDS, ann, suspended, NOW)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        assert await self.home(family, ann) == []
        snapshot = await family.followed_posts.snapshot(ann, 5)
        assert [suspended] == [each.author_id for each in snapshot.entries]

    async def test_a_snapshot_names_who_is_not_pushed(self, family: RelationalFamily) -> None:
        """As long as they are on the way, and there; not oneself, the muted or strangers."""
        scene = self.scene(family)
        rule = PushRule(pulled_from=1)
        ann, crossing, pulled, muted, stranger, small = await scene.users(6)
        for author in (crossing, pulled, muted, small):
            await scene.follow(ann, author)
        for author in (ann, stranger):
            await scene.follow(small, author)
        await family.personal_lists.put(PersonalList.MUTES, ann, muted, NOW)
        for author in (ann, crossing, pulled, muted, stranger):
            await family.delivery.settle(author, rule)
        await family.delivery.arrive(AuthorCrossed(author_id=pulled, round=1))
        snapshot = await family.followed_posts.snapshot(ann, 5)
        assert (crossing, pulled) == snapshot.pulled
        await family.delivery.settle(pulled, PushRule(pulled_from=2))
        assert (crossing,) == (await family.followed_posts.snapshot(ann, 5)).pulled

    async def test_each_author_is_read_apart(self, family: RelationalFamily) -> None:
        """Newest first, cut where more follows; whoever asks, and also those who are nobody."""
        scene = self.scene(family)
        private, some = await scene.user(is_private=True), await scene.user()
        posts = [await scene.post(private, NOW + at) for at in (2, 1, 3, 2)]
        await scene.upload(private)
        one = await scene.post(some)
        nobody = UserId(self.ids.new())
        found = await family.followed_posts.of_authors([private, some, nobody], 3)
        order = (posts[2], posts[3], posts[0])
        assert order == tuple(each.post_id for each in found[private].items)
        assert Position(NOW + 2, posts[0]) == found[private].next
        assert ([one], None) == ([each.post_id for each in found[some].items], found[some].next)
        assert Page(()) == found[nobody]
        assert {private} == {each.author_id for each in found[private].items}
        assert dict(await family.followed_posts.of_authors([], 3)) == {}
