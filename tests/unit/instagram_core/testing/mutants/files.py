"""Wrong knowledge of files: avatars, what is in use, who may see what."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.model import Picture
from instagram_core.media.ports import MediaRights
from instagram_core.posts.model import PostStatus
from instagram_core.testing.contracts.avatars import AvatarRepositoryContract
from instagram_core.testing.contracts.media_rights import MediaRightsReaderContract
from instagram_core.testing.contracts.media_usage import MediaUsageContract
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

avatars = Mutants(AvatarRepositoryContract, "avatars")
usage = Mutants(MediaUsageContract, "media_usage")
rights = Mutants(MediaRightsReaderContract, "media_rights")


@avatars.caught_by("test_only_the_awaited_picture_is_shown")
class AvatarsShowWhatComesLast(Around):
    """Lets a slow job undo a later upload."""

    async def publish(self, user: UserId, picture: Picture) -> bool:
        async with self.tables() as tables:
            tables.awaited_avatars[user] = picture.stem
        return bool(await self.right.publish(user, picture))


@avatars.caught_by("test_an_upload_given_up_is_discarded")
class AvatarsForgetFilesGivenUp(Around):
    """Leaves the file of an earlier upload for ever."""

    async def submit(self, submitted: AvatarSubmitted) -> None:
        async with self.tables() as tables:
            tables.awaited_avatars.pop(submitted.user_id, None)
        await self.right.submit(submitted)


@avatars.caught_by("test_a_replaced_avatar_is_discarded")
class AvatarsForgetReplacedFiles(Around):
    """Leaves the file of the avatar before."""

    async def publish(self, user: UserId, picture: Picture) -> bool:
        async with self.tables() as tables:
            account = tables.accounts[user]
            bare = attrs.evolve(account.user, avatar=None)
            if tables.awaited_avatars.get(user) == picture.stem:
                tables.accounts[user] = attrs.evolve(account, user=bare)
        return bool(await self.right.publish(user, picture))


@avatars.caught_by("test_the_awaited_picture_is_shown")
class AvatarsDiscardWhatTheyShow(Around):
    """Takes the second run of a job for another upload."""

    async def publish(self, user: UserId, picture: Picture) -> bool:
        if not await self.right.publish(user, picture):
            await self.right.submit(AvatarSubmitted(user_id=user, stem=picture.stem))
            await self.right.abandon(user, picture.stem)
            return False
        return True


@avatars.caught_by("test_clearing_shows_and_awaits_none")
class AvatarsComeBackAfterClearing(Around):
    """Goes on waiting for an upload."""

    async def clear(self, user: UserId) -> bool:
        async with self.tables() as tables:
            awaited = tables.awaited_avatars.get(user)
        is_cleared = bool(await self.right.clear(user))
        async with self.tables() as tables:
            if awaited is not None:
                tables.awaited_avatars[user] = awaited
        return is_cleared


@avatars.caught_by("test_a_broken_upload_is_abandoned")
class AvatarsAbandonWhatIsShown(Around):
    """Does not look which file is meant."""

    async def abandon(self, user: UserId, stem: str) -> bool:
        return bool(await self.right.clear(user))


@usage.caught_by("test_originals_are_in_use")
class UsageForgetsOriginals(Around):
    """Lets the sweep delete what waits to be processed."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        found: frozenset[str] = await self.right.in_use(stems)
        async with self.tables() as tables:
            originals = {o.stem for row in tables.posts.values() for o in row.originals}
        return found - originals


@usage.caught_by("test_originals_are_in_use")
class UsageForgetsFailedPosts(Around):
    """Lets the sweep delete what could be tried again."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        found: frozenset[str] = await self.right.in_use(stems)
        async with self.tables() as tables:
            failed = [r for r in tables.posts.values() if r.post.status is PostStatus.FAILED]
        return found - {stem for row in failed for stem in row.stems()}


@usage.caught_by("test_pictures_are_in_use")
class UsageForgetsPictures(Around):
    """Lets the sweep delete what everybody sees."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        async with self.tables() as tables:
            originals = {o.stem for row in tables.posts.values() for o in row.originals}
        return frozenset(originals.intersection(stems))


@usage.caught_by("test_avatars_are_in_use")
class UsageForgetsAvatars(Around):
    """Lets the sweep delete faces."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        async with self.tables() as tables:
            used = {stem for row in tables.posts.values() for stem in row.stems()}
        return frozenset(used.intersection(stems))


@usage.caught_by("test_unknown_stems_are_not_in_use")
class UsageKeepsEverything(Around):
    """Never lets the sweep delete anything."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        return frozenset(stems)


@usage.caught_by("test_files_of_a_deleted_post_are_not")
class UsageGivesMoreThanWasAsked(Around):
    """Gives every file there is."""

    async def in_use(self, stems: Iterable[str]) -> frozenset[str]:
        async with self.tables() as tables:
            return frozenset(s for row in tables.posts.values() for s in row.stems()) | {"more"}


class _Rights(Around):
    """Tells something else about each file."""

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        found: Mapping[str, MediaRights] = await self.right.rights(stems)
        return {stem: self.changed(rights) for stem, rights in found.items()}

    def changed(self, rights: MediaRights) -> MediaRights:
        raise NotImplementedError


@rights.caught_by("test_privacy_restricts_at_once")
class RightsForgetPrivacy(_Rights):
    """Serves private pictures to whoever has the address."""

    def changed(self, rights: MediaRights) -> MediaRights:
        return attrs.evolve(rights, is_restricted=False)


@rights.caught_by("test_privacy_restricts_at_once")
class RightsForgetGenerations(_Rights):
    """Lets addresses from before live on."""

    def changed(self, rights: MediaRights) -> MediaRights:
        return attrs.evolve(rights, generation=0)


@rights.caught_by("test_avatars_are_for_everybody")
class RightsHideFacesOfPrivatePeople(Around):
    """Restricts whatever belongs to a private account."""

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        found: Mapping[str, MediaRights] = await self.right.rights(stems)
        return {stem: attrs.evolve(r, is_restricted=True) for stem, r in found.items()}


@rights.caught_by("test_an_unpublished_post_shows_nothing")
class RightsServeOriginals(Around):
    """Gives rights to files that only their owner may export."""

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        asked = list(stems)
        found: dict[str, Any] = dict(await self.right.rights(asked))
        async with self.tables() as tables:
            originals = {o.stem for row in tables.posts.values() for o in row.originals}
        free = MediaRights(generation=0, is_restricted=False, encodings=("webp", "jpeg"))
        return {s: found.get(s, free) for s in asked if s in found or s in originals}


@rights.caught_by("test_who_is_not_active_shows_nothing")
class RightsOutliveSuspension(Around):
    """Serves pictures of the suspended."""

    def __init__(self, right: Any) -> None:
        super().__init__(right)
        self.known: dict[str, MediaRights] = {}

    async def rights(self, stems: Iterable[str]) -> Mapping[str, MediaRights]:
        asked = list(stems)
        async with self.tables() as tables:
            for row in tables.posts.values():
                for media in row.post.media:
                    self.known[media.picture.stem] = MediaRights(
                        generation=0, is_restricted=False, encodings=media.picture.encodings
                    )
        found: Mapping[str, MediaRights] = await self.right.rights(asked)
        every = {**self.known, **found}
        return {stem: every[stem] for stem in asked if stem in every}
