"""Wrong readers of sights."""

from collections.abc import Iterable, Mapping

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.testing.contracts.visibility import SightReaderContract
from instagram_core.visibility.model import Sight
from tests.unit.instagram_core.testing.mutants.harness import Around, Mutants

sights = Mutants(SightReaderContract, "sights")


class _Changed(Around):
    """Tells something else about each."""

    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        found: Mapping[UserId, Sight] = await self.right.sights(viewer, owners)
        return {owner: self.changed(sight) for owner, sight in found.items()}

    def changed(self, sight: Sight) -> Sight:
        raise NotImplementedError


@sights.caught_by("test_asking_is_not_following")
class SightsTakeAskingForFollowing(_Changed):
    """Opens private accounts to whoever asks."""

    def changed(self, sight: Sight) -> Sight:
        between = sight.relationship
        follows = between.following or between.requested
        return attrs.evolve(sight, relationship=attrs.evolve(between, following=follows))


@sights.caught_by("test_a_block_is_seen_from_both_sides")
class SightsSeeBlocksFromOneSide(_Changed):
    """Hides from the blocked that they are."""

    def changed(self, sight: Sight) -> Sight:
        return attrs.evolve(sight, blocked_by=False)


@sights.caught_by("test_lists_are_seen_by_their_owner")
class SightsConfuseWhoseFriend(_Changed):
    """Shows things for close friends to whoever lists their owner."""

    def changed(self, sight: Sight) -> Sight:
        return attrs.evolve(sight, is_close_friend=sight.relationship.close_friend)


@sights.caught_by("test_unknown_and_deleted_people_are_absent")
class SightsTakeTheSuspendedForActive(_Changed):
    """Shows who is suspended."""

    def changed(self, sight: Sight) -> Sight:
        return attrs.evolve(sight, is_active=True)


@sights.caught_by("test_changes_are_seen_at_once")
class SightsAreStale(Around):
    """Remembers what it saw first."""

    def __init__(self, right: object) -> None:
        super().__init__(right)
        self.seen: dict[tuple[UserId | None, UserId], Sight] = {}

    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        found: Mapping[UserId, Sight] = await self.right.sights(viewer, owners)
        return {o: self.seen.setdefault((viewer, o), sight) for o, sight in found.items()}


@sights.caught_by("test_views_in_a_batch_are_apart")
class SightsShareOneRelationship(Around):
    """Tells about all what is true of the first."""

    async def sights(
        self, viewer: UserId | None, owners: Iterable[UserId]
    ) -> Mapping[UserId, Sight]:
        found: Mapping[UserId, Sight] = await self.right.sights(viewer, owners)
        first = next((sight.relationship for sight in found.values()), None)
        return {
            owner: sight if first is None else attrs.evolve(sight, relationship=first)
            for owner, sight in found.items()
        }


@sights.caught_by("test_agrees_with_the_reference")
class SightsForgetMutesOfFollowers(_Changed):
    """Loses a mute when the two follow each other."""

    def changed(self, sight: Sight) -> Sight:
        between = sight.relationship
        if between.following and between.muting:
            between = attrs.evolve(between, muting=False)
        return attrs.evolve(sight, relationship=between)
