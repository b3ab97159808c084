"""Two calls on posts or avatars, the second started before the first is committed."""

from collections.abc import Callable

import pytest

from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.posts.errors import PostNotFailedError
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostChange, PublishOutcome
from instagram_core.testing import factories
from tests.contract.postgres.connections import BOTH_SERVERS, Arena, on
from tests.servers.postgres import Databases


@BOTH_SERVERS
class TestPosts:
    def test_publishing_beside_a_deletion_finds_the_post_gone(
        self, databases: Callable[[], Databases]
    ) -> None:
        """So that the worker removes the files it wrote."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            outcome = await ring.interleave(
                lambda: ring.family.posts.delete(post),
                ring.family.processing.publish(post, factories.post_media(post), 1),
            )
            assert outcome is PublishOutcome.GONE

        on(databases, play)

    def test_a_deletion_takes_a_publication_with_it_that_is_not_yet_committed(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Count and files included."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            media = factories.post_media(ring.scene.ids.new())
            assert await ring.interleave(
                lambda: ring.family.processing.publish(post, media, 1),
                ring.family.posts.delete(post),
            )
            (discarded,) = await ring.scene.events(MediaDiscarded.kind)
            assert discarded["stems"] == [post.hex, media[0].picture.stem]

        on(databases, play)

    def test_a_post_is_published_once(self, databases: Callable[[], Databases]) -> None:
        """The second of two runs says that it came too late."""

        async def play(ring: Arena) -> None:
            post = await ring.scene.upload(await ring.scene.user())
            publish = ring.family.processing.publish
            media, other = factories.post_media(post), factories.post_media(ring.scene.ids.new())
            outcome = await ring.interleave(
                lambda: publish(post, media, 1), publish(post, other, 2)
            )
            assert outcome is PublishOutcome.ALREADY
            shared = await ring.family.posts.get_many([post])
            assert (media, 1) == (shared[post].post.media, shared[post].post.shared_at)

        on(databases, play)

    def test_a_post_that_is_being_edited_is_published(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The row moved, its status did not; nothing of either change is lost."""

        async def play(ring: Arena) -> None:
            author = await ring.scene.user()
            post = await ring.scene.upload(author)
            outcome = await ring.interleave(
                lambda: ring.family.posts.edit(post, author, PostChange(caption="new")),
                ring.family.processing.publish(post, factories.post_media(post), 1),
            )
            assert outcome is PublishOutcome.PUBLISHED
            shared = await ring.family.posts.get_many([post])
            assert shared[post].post.caption == "new"

        on(databases, play)

    def test_a_failed_post_is_retried_once(self, databases: Callable[[], Databases]) -> None:
        """One job is recorded, the other call is told that there is nothing to retry."""

        async def play(ring: Arena) -> None:
            author = await ring.scene.user()
            post = await ring.scene.failed_post(author)
            await ring.scene.events()
            announce = PostSubmitted(post_id=post)
            retry = ring.family.processing.retry
            with pytest.raises(PostNotFailedError):
                await ring.interleave(lambda: retry(announce, author), retry(announce, author))
            assert len(await ring.scene.events(PostSubmitted.kind)) == 1

        on(databases, play)


@BOTH_SERVERS
class TestAvatars:
    def test_an_upload_beside_another_gives_that_up(
        self, databases: Callable[[], Databases]
    ) -> None:
        """The file of the first is discarded, also when it was not yet committed."""

        async def play(ring: Arena) -> None:
            user = await ring.scene.user()
            first, second = ring.scene.ids.new().hex, ring.scene.ids.new().hex
            submit = ring.family.avatars.submit
            await ring.interleave(
                lambda: submit(AvatarSubmitted(user_id=user, stem=first)),
                submit(AvatarSubmitted(user_id=user, stem=second)),
            )
            assert await ring.scene.events(MediaDiscarded.kind) == [{"stems": [first]}]
            assert await ring.family.media_usage.in_use([first, second]) == {second}

        on(databases, play)

    def test_an_avatar_given_up_is_not_published(self, databases: Callable[[], Databases]) -> None:
        """The renditions of an older upload came too late."""

        async def play(ring: Arena) -> None:
            user = await ring.scene.user()
            older, newer = ring.scene.ids.new(), ring.scene.ids.new()
            avatars = ring.family.avatars
            await avatars.submit(AvatarSubmitted(user_id=user, stem=older.hex))
            published = await ring.interleave(
                lambda: avatars.submit(AvatarSubmitted(user_id=user, stem=newer.hex)),
                avatars.publish(user, factories.picture(older)),
            )
            assert not published
            assert await ring.family.media_usage.in_use([older.hex, newer.hex]) == {newer.hex}

        on(databases, play)

    def test_clearing_beside_a_publication_discards_what_is_shown_then(
        self, databases: Callable[[], Databases]
    ) -> None:
        """Each file is discarded once."""

        async def play(ring: Arena) -> None:
            user, stem, newer = await ring.scene.user(), ring.scene.ids.new(), ring.scene.ids.new()
            avatars = ring.family.avatars
            await avatars.submit(AvatarSubmitted(user_id=user, stem=stem.hex))
            await avatars.publish(user, factories.picture(stem))
            await avatars.submit(AvatarSubmitted(user_id=user, stem=newer.hex))
            assert await ring.interleave(
                lambda: avatars.publish(user, factories.picture(newer)), avatars.clear(user)
            )
            discarded = [event["stems"] for event in await ring.scene.events(MediaDiscarded.kind)]
            assert sorted(discarded) == [[stem.hex], [newer.hex]]
            assert await ring.family.media_usage.in_use([stem.hex, newer.hex]) == frozenset()

        on(databases, play)
