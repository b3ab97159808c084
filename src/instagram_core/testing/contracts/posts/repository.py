"""The contract of posts' rows: stored with their event, edited and deleted by their author."""

import asyncio

import pytest
from hypothesis import strategies as st

from instagram_core.accounts.errors import UserNotFound
from instagram_core.accounts.model import ProfileCounts, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.likes.model import Like
from instagram_core.media.events import MediaDiscarded
from instagram_core.posts.events import PostDeleted, PostSubmitted
from instagram_core.posts.model import Post, PostChange, PostId, PostStatus
from instagram_core.testing import moves
from instagram_core.testing.capabilities import requires
from instagram_core.testing.factories import NOW, new_post, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.paging import walk
from instagram_core.testing.relational import RelationalContract


class PostMachine(moves.Likes):
    """Posts of every status, edited, liked, deleted and listed."""

    @move(place=moves.PLACE, by=moves.PERSON, is_caption=st.booleans())
    async def edit(self, place: int, by: int, *, is_caption: bool) -> object:
        """Edit a post, maybe another's."""
        change = PostChange(caption="🦊") if is_caption else PostChange(location="Here")
        return await self.subject.posts.edit(self.post(place), self.person(by), change)

    @move()
    async def get_many(self) -> object:
        """Read every place."""
        return dict(await self.subject.posts.get_many(map(self.post, moves.PLACES)))

    @move(who=moves.PERSON, limit=moves.LIMIT)
    async def page(self, who: int, limit: int) -> object:
        """Read somebody's posts to the end."""
        author, read = self.person(who), self.subject.posts.page
        return await walk(lambda after, n: read(author, after, n), limit)

    @move()
    async def pages(self) -> object:
        """Read everybody's posts."""
        return [await self.page(who, 2) for who in moves.PEOPLE]

    @move()
    async def counts(self) -> object:
        """Read the numbers of everybody."""
        return dict(await self.subject.profiles.counts(map(self.person, moves.PEOPLE)))


class PostRepositoryContract(RelationalContract):
    """What every `PostRepository` does."""

    machine = PostMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read no post."""
        return await subject.posts.get_many([PostId(self.ids.new())])

    async def get(self, family: RelationalFamily, post: PostId) -> Post | None:
        """Give one post."""
        found = (await family.posts.get_many([post])).get(post)
        return None if found is None else found.post

    async def listed(
        self, family: RelationalFamily, author: UserId, limit: int = 2
    ) -> list[PostId]:
        """Give all published posts of somebody."""
        read = family.posts.page
        return await walk(lambda after, n: read(author, after, n), limit)

    async def test_an_upload_is_processing(self, family: RelationalFamily) -> None:
        """With its text as written, no media yet, and its event."""
        scene = self.scene(family)
        ann, post = await scene.user(), PostId(self.ids.new())
        new = new_post(post, ann, caption="  é\n🦊 שלום", location="Zürich", at=NOW + 7)
        await family.posts.add(new, PostSubmitted(post_id=post))
        expected = Post(
            id=post,
            author_id=ann,
            caption="  é\n🦊 שלום",
            location="Zürich",
            status=PostStatus.PROCESSING,
            uploaded_at=NOW + 7,
        )
        assert expected == await self.get(family, post)
        assert [{"post_id": str(post)}] == await scene.events()

    async def test_only_active_people_post(self, family: RelationalFamily) -> None:
        """Nothing is stored or recorded for the others."""
        scene = self.scene(family)
        suspended, deleted = await scene.users(2)
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        for author in (UserId(self.ids.new()), suspended, deleted):
            post = PostId(self.ids.new())
            with pytest.raises(UserNotFound):
                await family.posts.add(new_post(post, author), PostSubmitted(post_id=post))
            assert await self.get(family, post) is None
        assert await scene.events() == []

    async def test_posts_come_with_their_authors(self, family: RelationalFamily) -> None:
        """Of any status; unknown ones are absent."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = {
            await scene.post(ann): ann,
            await scene.upload(bob): bob,
            await scene.failed_post(ann): ann,
        }
        found = await family.posts.get_many([*posts, PostId(self.ids.new())])
        assert posts == {post: shared.author.id for post, shared in found.items()}
        people = await family.users.get_many([ann, bob])
        assert all(people[shared.author.id] == shared.author for shared in found.values())
        assert dict(await family.posts.get_many([])) == {}

    async def test_posts_of_deleted_authors_are_absent(self, family: RelationalFamily) -> None:
        """Those of suspended ones are there, for whoever decides what that means."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(ann), await scene.post(bob)]
        await scene.set_standing(ann, Standing.DELETED)
        await scene.set_standing(bob, Standing.SUSPENDED)
        found = await family.posts.get_many(posts)
        assert [posts[1]] == list(found)
        assert found[posts[1]].author.standing is Standing.SUSPENDED

    async def test_the_author_edits(self, family: RelationalFamily) -> None:
        """What is set changes, the rest stays; the post is given as it is then."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.post(ann)
        for change, expected in (
            (PostChange(caption="new"), ("new", "")),
            (PostChange(location="there"), ("new", "there")),
            (PostChange(caption=""), ("", "there")),
            (PostChange(), ("", "there")),
        ):
            edited = await family.posts.edit(post, ann, change)
            assert edited is not None
            assert expected == (edited.caption, edited.location)
            assert edited == await self.get(family, post)

    async def test_nobody_else_edits(self, family: RelationalFamily) -> None:
        """Another's post looks like none."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post = await scene.post(ann)
        assert await family.posts.edit(post, bob, PostChange(caption="mine")) is None
        assert await family.posts.edit(PostId(self.ids.new()), ann, PostChange()) is None
        found = await self.get(family, post)
        assert found is not None
        assert found.caption == ""

    async def test_a_deleted_post_is_gone(self, family: RelationalFamily) -> None:
        """Once, by its author or by the system, not by anybody else."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        first, second = await scene.post(ann), await scene.post(ann)
        assert not await family.posts.delete(first, bob)
        assert await family.posts.delete(first, ann)
        assert not await family.posts.delete(first, ann)
        assert await family.posts.delete(second)
        assert await self.get(family, first) is None
        assert await self.listed(family, ann) == []
        assert len(await scene.events(PostDeleted.kind)) == 2

    async def test_deletion_discards_every_file(self, family: RelationalFamily) -> None:
        """Originals and pictures, each stem once, with PostDeleted."""
        scene = self.scene(family)
        ann, post = await scene.user(), PostId(self.ids.new())
        originals, pictures = [self.ids.new(), self.ids.new()], [self.ids.new()]
        await family.posts.add(new_post(post, ann, *originals), PostSubmitted(post_id=post))
        media = post_media(*pictures, originals[1])
        await family.processing.publish(post, media, NOW)
        await scene.events()
        await family.posts.delete(post, ann)
        jobs = await family.jobs.lease(["default", "media", "fanout"], 10, 60)
        payloads = {job.kind: job.payload for job in jobs}
        assert {PostDeleted.kind, MediaDiscarded.kind} == set(payloads)
        told = {"post_id": str(post), "author_id": str(ann), "shared_at": NOW}
        assert told == dict(payloads[PostDeleted.kind])
        expected = sorted(stem.hex for stem in (*originals, *pictures))
        assert expected == sorted(payloads[MediaDiscarded.kind]["stems"])

    async def test_deleting_what_was_never_shared_says_so(self, family: RelationalFamily) -> None:
        """It has no place in anybody's feed."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        await family.posts.delete(post, ann)
        expected = [{"post_id": str(post), "author_id": str(ann), "shared_at": None}]
        assert expected == await scene.events(PostDeleted.kind)

    async def test_deletion_takes_likes_and_count_along(self, family: RelationalFamily) -> None:
        """Counts stay exact; a post that was not published was not counted."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post, _ = await scene.post(ann), await scene.post(ann)
        upload = await scene.upload(ann)
        await family.likes.add(Like(user_id=bob, post_id=post, at=NOW))
        await family.posts.delete(post)
        await family.posts.delete(upload)
        assert (await family.likes.likers(post, None, None, 5)).items == ()
        assert ProfileCounts(posts=1) == (await family.profiles.counts([ann]))[ann]

    async def test_posts_are_listed_newest_first(self, family: RelationalFamily) -> None:
        """The published ones, by time of publishing, then by id."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        posts = [await scene.post(ann, NOW + at) for at in (20, 10, 30, 20, 20)]
        await scene.upload(ann)
        await scene.failed_post(ann)
        await scene.post(bob)
        expected = [posts[2], posts[4], posts[3], posts[0], posts[1]]
        for limit in (1, 2, 3, 5, 10):
            assert expected == await self.listed(family, ann, limit)
        assert await self.listed(family, UserId(self.ids.new())) == []

    async def test_concurrent_deletions_count_once(self, family: RelationalFamily) -> None:
        """One of them did it."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.post(ann)
        await scene.events()
        deleted = await asyncio.gather(*(family.posts.delete(post) for _ in range(10)))
        assert deleted.count(True) == 1
        assert (await family.profiles.counts([ann]))[ann].posts == 0
        assert len(await scene.events(PostDeleted.kind)) == 1

    @requires("reopen")
    async def test_posts_outlive_a_process(self, family: RelationalFamily) -> None:
        """Another handle reads what this one stored."""
        scene = self.scene(family)
        post = await scene.post(await scene.user())
        async with self.reopen() as other:
            assert await self.get(family, post) == await self.get(other, post)
