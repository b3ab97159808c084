"""The contract of the truth of hashtags: who finds which posts, in the one order."""

from hypothesis import strategies as st

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.feed.model import FeedEntry
from instagram_core.graph.model import PersonalList
from instagram_core.kernel.paging import Position
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.hashtags import hashtag_of
from instagram_core.posts.model import Hashtag, PostChange, PostId
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW, entry, new_post, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract

SUN, SEA = hashtag_of("sun"), hashtag_of("sea")
CAPTION = st.sampled_from(["#sun", "#sun", "#SUN #Sea", "no#sun", "🌞#sea"])


class HashtagPostsMachine(moves.Follows, moves.Posts, moves.Blocks, moves.Lists):
    """Everything that changes which posts carry a hashtag, and who may come across them."""

    @move(4, place=moves.PLACE, caption=CAPTION)
    async def write(self, place: int, caption: str) -> object:
        """Give a post another caption."""
        author, change = self.author(place), PostChange(caption=caption)
        return await self.subject.posts.edit(self.post(place), author, change)

    @move(viewer=moves.VIEWER, tag=st.sampled_from([SUN, SEA]), limit=moves.LIMIT)
    async def page(self, viewer: int | None, tag: Hashtag, limit: int) -> object:
        """Read a hashtag to the end."""
        who, read = self.viewer(viewer), self.subject.hashtag_posts.page
        return await walk(lambda after, n: read(tag, who, after, n), limit)

    @move()
    async def hashtags(self) -> object:
        """Read both hashtags as everybody and as nobody."""
        viewers = (None, *moves.PEOPLE)
        return [await self.page(viewer, tag, 2) for viewer in viewers for tag in (SUN, SEA)]


class HashtagPostsContract(RelationalContract):
    """What every `HashtagPosts` does."""

    machine = HashtagPostsMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Look for what nobody wrote."""
        return await subject.hashtag_posts.page(hashtag_of("nobody"), None, None, 1)

    async def share(
        self, family: RelationalFamily, author: UserId, caption: str = "#sun", at: int = NOW
    ) -> PostId:
        """Publish a post with a caption."""
        post = PostId(self.ids.new())
        new = new_post(post, author, caption=caption)
        await family.posts.add(new, PostSubmitted(post_id=post))
        await family.processing.publish(post, post_media(post), at)
        return post

    async def entries(
        self,
        family: RelationalFamily,
        viewer: UserId | None = None,
        tag: Hashtag = SUN,
        limit: int = 2,
    ) -> list[FeedEntry]:
        """Give all that somebody, or nobody, finds."""
        read = family.hashtag_posts.page
        return await walk(lambda after, n: read(tag, viewer, after, n), limit)

    async def posts(
        self, family: RelationalFamily, viewer: UserId | None = None, tag: Hashtag = SUN
    ) -> list[PostId]:
        """Give the posts that somebody, or nobody, finds."""
        return [entry.post_id for entry in await self.entries(family, viewer, tag)]

    async def test_posts_are_found_by_each_of_their_hashtags(
        self, family: RelationalFamily
    ) -> None:
        """However they are spelled; a word without the sign is none, nor is the part of a word."""
        ann = await self.scene(family).user()
        both = await self.share(family, ann, "#Sun and\n#SEA #sun", NOW + 3)
        sea = await self.share(family, ann, "🌊#sea🌊 #sunny", NOW + 2)
        await self.share(family, ann, "sun, sea, a#sun https://x/#sea", NOW + 1)
        await self.share(family, ann, "")
        assert [both] == await self.posts(family)
        assert [both, sea] == await self.posts(family, tag=SEA)
        assert await self.posts(family, tag=hashtag_of("moon")) == []

    async def test_hashtags_of_every_script_are_found(self, family: RelationalFamily) -> None:
        """By what the policy says that they are: folded, and composed."""
        ann = await self.scene(family).user()
        post = await self.share(family, ann, "#CAFE\u0301 #ΕΛΛΆΣ שלום #עברית #日本語🦊")
        for name in ("café", "ελλάς", "עברית", "日本語"):
            assert [post] == await self.posts(family, tag=hashtag_of(name))
        assert await self.posts(family, tag=hashtag_of("cafe")) == []

    async def test_posts_are_in_order_over_all_authors(self, family: RelationalFamily) -> None:
        """Newest first by time, then by id, public and private ones; pages join without gap."""
        scene = self.scene(family)
        viewer, *authors = await scene.users(3)
        private = [await scene.user(is_private=True) for _ in range(2)]
        for author in private:
            await scene.follow(viewer, author)
        expected: list[FeedEntry] = []
        for number, at in enumerate((20, 10, 30, 20, 20, 10, 30, 5, 20, 1)):
            author = [*authors, *private][number % 4]
            post = await self.share(family, author, at=NOW + at)
            expected.append(entry(NOW + at, post, author))
        expected.sort(key=lambda each: each.position, reverse=True)
        for limit in (1, 2, 3, 10, 20):
            assert expected == await self.entries(family, viewer, limit=limit)

    async def test_only_published_posts_are_found(self, family: RelationalFamily) -> None:
        """Not those in processing, failed or deleted, by their author neither."""
        scene = self.scene(family)
        ann = await scene.user()
        processing, failed = PostId(self.ids.new()), PostId(self.ids.new())
        for post in (processing, failed):
            new = new_post(post, ann, caption="#sun")
            await family.posts.add(new, PostSubmitted(post_id=post))
        await family.processing.fail(failed, "broken")
        await family.posts.delete(await self.share(family, ann))
        shown = await self.share(family, ann)
        assert [shown] == await self.posts(family, ann)

    async def test_an_edited_caption_counts_at_once(self, family: RelationalFamily) -> None:
        """Both ways, also before publishing; a post keeps its place."""
        ann = await self.scene(family).user()
        older = await self.share(family, ann, "nothing", NOW)
        newer = await self.share(family, ann, "#sun", NOW + 1)
        await family.posts.edit(older, ann, PostChange(caption="#sun #sea"))
        assert [newer, older] == await self.posts(family)
        await family.posts.edit(newer, ann, PostChange(caption="#sea"))
        await family.posts.edit(older, ann, PostChange(location="#here"))
        assert [older] == await self.posts(family)
        assert [newer, older] == await self.posts(family, tag=SEA)
        early = PostId(self.ids.new())
        await family.posts.add(new_post(early, ann, caption="#sun"), PostSubmitted(post_id=early))
        await family.posts.edit(early, ann, PostChange(caption="#sea"))
        await family.processing.publish(early, post_media(early), NOW + 2)
        assert [early, newer, older] == await self.posts(family, tag=SEA)
        assert [older] == await self.posts(family)

    async def test_private_posts_are_found_by_followers_and_their_author(
        self, family: RelationalFamily
    ) -> None:
        """Asking is not enough; following somebody else is not either."""
        scene = self.scene(family)
        private = await scene.user(is_private=True)
        follower, asking, stranger, other = await scene.users(4)
        await scene.follow(follower, private)
        await scene.follow(stranger, other)
        await scene.request(asking, private)
        await scene.follow(private, stranger)
        post = await self.share(family, private)
        for viewer in (follower, private):
            assert [post] == await self.posts(family, viewer)
        for outsider in (asking, stranger, None):
            assert await self.posts(family, outsider) == []

    async def test_a_switch_of_privacy_counts_at_once(self, family: RelationalFamily) -> None:
        """There and back, for what was shared before and is shared after."""
        scene = self.scene(family)
        ann, fan = await scene.users(2)
        await scene.follow(fan, ann)
        posts = [await self.share(family, ann)]
        for number, is_private in enumerate((True, False, True, False)):
            await scene.set_private(ann, is_private=is_private)
            posts.insert(0, await self.share(family, ann, at=NOW + number + 1))
            for viewer, shown in ((None, not is_private), (fan, True), (ann, True)):
                assert (posts if shown else []) == await self.posts(family, viewer)

    async def test_a_block_hides_both_ways(self, family: RelationalFamily) -> None:
        """From the two, and from nobody else."""
        scene = self.scene(family)
        ann, bob, cem = await scene.users(3)
        posts = {user: await self.share(family, user) for user in (ann, bob)}
        await scene.block(ann, bob)
        assert [posts[ann]] == await self.posts(family, ann)
        assert [posts[bob]] == await self.posts(family, bob)
        for viewer in (cem, None):
            assert set(posts.values()) == set(await self.posts(family, viewer))

    async def test_the_muted_are_hidden_from_whoever_muted_them(
        self, family: RelationalFamily
    ) -> None:
        """Private or not; a close friend is not muted."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        private = await scene.user(is_private=True)
        await scene.follow(ann, private)
        posts = {author: await self.share(family, author) for author in (bob, private)}
        await family.personal_lists.put(PersonalList.CLOSE_FRIENDS, ann, bob, NOW)
        assert set(posts.values()) == set(await self.posts(family, ann))
        for author in posts:
            await family.personal_lists.put(PersonalList.MUTES, ann, author, NOW)
        assert await self.posts(family, ann) == []
        assert [posts[bob]] == await self.posts(family, bob) == await self.posts(family)
        await family.personal_lists.remove(PersonalList.MUTES, ann, bob)
        assert [posts[bob]] == await self.posts(family, ann)

    async def test_who_is_not_active_is_not_found(self, family: RelationalFamily) -> None:
        """Public or private, not even for followers; the suspended come back."""
        scene = self.scene(family)
        fan, suspended, deleted = await scene.users(3)
        private = await scene.user(is_private=True)
        posts: list[PostId] = []
        for number, author in enumerate((suspended, deleted, private)):
            await scene.follow(fan, author)
            posts.append(await self.share(family, author, at=NOW + number))
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(private, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        for viewer in (fan, suspended, None):
            assert await self.posts(family, viewer) == []
        await scene.set_standing(suspended, Standing.ACTIVE)
        await scene.set_standing(private, Standing.ACTIVE)
        assert [posts[2], posts[0]] == await self.posts(family, fan)

    async def test_pages_join_whatever_is_hidden_between(self, family: RelationalFamily) -> None:
        """They stay full, and lead past what the viewer may not see."""
        scene = self.scene(family)
        viewer, shown, blocked, muted = await scene.users(4)
        private = await scene.user(is_private=True)
        await scene.block(viewer, blocked)
        await family.personal_lists.put(PersonalList.MUTES, viewer, muted, NOW)
        expected: list[PostId] = []
        for number in range(24):
            author = (shown, blocked, muted, private)[number // 3 % 4]
            post = await self.share(family, author, at=NOW + number)
            expected[:0] = [post] if author == shown else []
        for limit in (1, 2, 5):
            found = await self.entries(family, viewer, limit=limit)
            assert expected == [each.post_id for each in found]

    async def test_pages_join_whatever_is_published(self, family: RelationalFamily) -> None:
        """A post between two pages shifts nothing; an old import takes its place in time."""
        ann = await self.scene(family).user()
        posts = [await self.share(family, ann, at=NOW + number * 10) for number in range(4)]
        first = await family.hashtag_posts.page(SUN, None, None, 2)
        assert Position(NOW + 20, posts[2]) == first.next
        await self.share(family, ann, at=NOW + 100)
        imported = await self.share(family, ann, at=NOW + 5)
        second = await family.hashtag_posts.page(SUN, None, first.next, 5)
        found = [each.post_id for each in (*first.items, *second.items)]
        assert [posts[3], posts[2], posts[1], imported, posts[0]] == found
