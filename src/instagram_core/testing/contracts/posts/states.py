"""The contract of what one viewer has to do with many posts."""

from instagram_core.accounts.model import Standing, UserId
from instagram_core.assembly.families import RelationalFamily
from instagram_core.graph.model import PersonalList
from instagram_core.likes.model import Like
from instagram_core.posts.model import PostId, PostState
from instagram_core.testing import moves
from instagram_core.testing.factories import NOW
from instagram_core.testing.machine import move
from instagram_core.testing.relational import RelationalContract


class ViewerStateMachine(moves.Follows, moves.Likes, moves.Blocks, moves.Lists):
    """Everything that moves a count, a mark or a view."""

    @move(viewer=moves.VIEWER)
    async def states(self, viewer: int | None) -> object:
        """Read every place."""
        posts = [self.post(place) for place in moves.PLACES]
        return dict(await self.subject.states.states(self.viewer(viewer), posts))

    @move()
    async def views(self) -> object:
        """Read every place as everybody and nobody sees it."""
        return [await self.states(viewer) for viewer in (None, *moves.PEOPLE)]


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
