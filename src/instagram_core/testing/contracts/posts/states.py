"""The contract of what one viewer has to do with many posts."""

from collections.abc import Hashable

from instagram_core.accounts.model import AccountChange, Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.model import PersonalList
from instagram_core.likes.model import Like
from instagram_core.media.events import AvatarSubmitted
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.model import PostChange, PostId, PostState
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW, picture, post_media
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class ViewerStateMachine(moves.Follows, moves.Likes, moves.Blocks, moves.Lists):
    """Everything that moves a count, a mark or a view."""

    async def prepare(self) -> None:
        """Hold posts as a process does that has run for a while, far too few of them."""
        await super().prepare()
        self.holding = PostHydrator(posts=self.subject.posts, states=self.subject.states, held=3)

    @move(place=moves.PLACE, at=moves.MOMENT)
    async def edit(self, place: int, at: int) -> object:
        """Edit a post."""
        change = PostChange(caption=f"edited {at}")
        return await self.subject.posts.edit(self.post(place), self.author(place), change)

    @move(who=moves.PERSON, at=moves.MOMENT)
    async def rename(self, who: int, at: int) -> object:
        """Take another name."""
        change = AccountChange(display_name=f"Name {at}")
        return await self.subject.users.change(self.person(who), change)

    @move(4, viewer=moves.VIEWER)
    async def hydrated(self, viewer: int | None) -> object:
        """See posts, some of them held: they must be what one sees who holds nothing."""
        posts = [self.post(place) for place in moves.PLACES]
        anew = PostHydrator(posts=self.subject.posts, states=self.subject.states, held=0)
        seen = await self.holding.views(self.viewer(viewer), posts)
        assert seen == await anew.views(self.viewer(viewer), posts)
        return seen

    @move(viewer=moves.VIEWER)
    async def states(self, viewer: int | None) -> object:
        """Read every place."""
        posts = [self.post(place) for place in moves.PLACES]
        return dict(await self.subject.states.states(self.viewer(viewer), posts))

    @move()
    async def views(self) -> object:
        """Read every place as everybody and nobody sees it."""
        viewers = (None, *moves.PEOPLE)
        return [(await self.states(each), await self.hydrated(each)) for each in viewers]


class ViewerStateContract(RelationalContract):
    """What every `ViewerState` does."""

    machine = ViewerStateMachine

    async def touch(self, subject: RelationalFamily) -> object:
        """Read no post."""
        return await subject.states.states(None, [PostId(self.ids.new())])

    async def state(
        self, family: RelationalFamily, viewer: UserId | None, post: PostId
    ) -> PostState:
        """Read one post."""
        return (await family.states.states(viewer, [post]))[post]

    async def test_unknown_and_deleted_posts_are_absent(self, family: RelationalFamily) -> None:
        """And those of deleted authors; those of suspended ones are there, not active."""
        scene = self.scene(family)
        ann, suspended, deleted = await scene.users(3)
        posts = [await scene.post(author) for author in (ann, ann, suspended, deleted)]
        await family.posts.delete(posts[0])
        await scene.set_standing(suspended, Standing.SUSPENDED)
        await scene.set_standing(deleted, Standing.DELETED)
        found = await family.states.states(ann, [*posts, PostId(self.ids.new())])
        assert {posts[1]: True, posts[2]: False} == {
            post: state.sight.is_active for post, state in found.items()
        }
        assert dict(await family.states.states(ann, [])) == {}

    async def test_counts_are_exact(self, family: RelationalFamily) -> None:
        """For everybody the same, for each post its own."""
        scene = self.scene(family)
        ann, *others = await scene.users(4)
        first, second = await scene.post(ann), await scene.post(ann)
        for user in others:
            await family.likes.add(Like(user_id=user, post_id=first, at=NOW))
        await family.likes.remove(others[0], first)
        for viewer in (ann, others[0], None):
            found = await family.states.states(viewer, [first, second])
            assert {first: 2, second: 0} == {post: s.like_count for post, s in found.items()}

    async def test_a_like_is_marked_for_whoever_likes(self, family: RelationalFamily) -> None:
        """Not for others, nor for nobody, nor on another post."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        first, second = await scene.post(ann), await scene.post(ann)
        await family.likes.add(Like(user_id=bob, post_id=first, at=NOW))
        assert (await self.state(family, bob, first)).is_liked
        assert not (await self.state(family, bob, second)).is_liked
        assert not (await self.state(family, ann, first)).is_liked
        assert not (await self.state(family, None, first)).is_liked
        await family.likes.remove(bob, first)
        assert not (await self.state(family, bob, first)).is_liked

    async def test_the_view_is_of_each_author(self, family: RelationalFamily) -> None:
        """The same facts that the sight reader gives, in the same batch."""
        scene = self.scene(family)
        viewer, ann, bob, cem = await scene.users(4)
        dan = await scene.user(is_private=True)
        await scene.follow(viewer, ann)
        await family.personal_lists.put(PersonalList.MUTES, viewer, ann, NOW)
        await family.personal_lists.put(PersonalList.CLOSE_FRIENDS, bob, viewer, NOW)
        await scene.block(cem, viewer)
        posts = {await scene.post(author): author for author in (viewer, ann, bob, cem, dan)}
        for seer in (viewer, None):
            sights = await family.sights.sights(seer, posts.values())
            states = await family.states.states(seer, posts)
            expected = {post: sights[author] for post, author in posts.items()}
            assert expected == {post: state.sight for post, state in states.items()}

    async def test_posts_of_any_status_are_there(self, family: RelationalFamily) -> None:
        """Authors see their own before they are published."""
        scene = self.scene(family)
        ann = await scene.user()
        posts = {await scene.upload(ann), await scene.failed_post(ann), await scene.post(ann)}
        assert posts == set(await family.states.states(ann, posts))

    async def revision(self, family: RelationalFamily, post: PostId) -> Hashable:
        """Give the revision of a post, which is the same wherever it is read."""
        (shared,) = (await family.posts.get_many([post])).values()
        assert shared.revision == (await self.state(family, None, post)).revision
        return shared.revision

    async def test_a_revision_stays_while_nothing_changes(self, family: RelationalFamily) -> None:
        """For every viewer; those of two posts may be the same or not."""
        ann, bob = await self.scene(family).users(2)
        post = await self.scene(family).post(ann)
        first = await self.revision(family, post)
        await family.likes.add(Like(user_id=bob, post_id=post, at=NOW))
        await self.scene(family).follow(bob, ann)
        assert first == (await self.state(family, bob, post)).revision
        assert first == await self.revision(family, post)

    async def test_a_revision_moves_with_the_post(self, family: RelationalFamily) -> None:
        """With its texts, its status and its media, once the change is committed."""
        scene = self.scene(family)
        ann = await scene.user()
        post = await scene.upload(ann)
        seen = [await self.revision(family, post)]
        await family.processing.publish(post, post_media(post), NOW)
        seen.append(await self.revision(family, post))
        async with family.transaction():
            for change in (PostChange(caption="one"), PostChange(caption="two")):
                await family.posts.edit(post, ann, change)
                seen.append(await self.revision(family, post))
        await family.posts.edit(post, ann, PostChange(location="Here"))
        seen.append(await self.revision(family, post))
        assert len(set(seen)) == 5

    async def test_a_revision_moves_with_the_author(self, family: RelationalFamily) -> None:
        """With names, privacy, standing and picture: all that a post shows of them."""
        scene = self.scene(family)
        ann, bob = await scene.users(2)
        post, other = await scene.post(ann), await scene.post(bob)
        before = await self.revision(family, other)
        seen = [await self.revision(family, post)]
        for change in (
            AccountChange(display_name="Ann"),
            AccountChange(bio="here"),
            AccountChange(is_private=True),
            AccountChange(standing=Standing.SUSPENDED),
            AccountChange(standing=Standing.ACTIVE, display_name="Anna"),
        ):
            await family.users.change(ann, change)
            seen.append(await self.revision(family, post))
        stem = self.ids.new()
        await family.avatars.submit(AvatarSubmitted(user_id=ann, stem=stem.hex))
        assert await family.avatars.publish(ann, picture(stem))
        seen.append(await self.revision(family, post))
        assert len(set(seen)) == 7
        assert before == await self.revision(family, other)
