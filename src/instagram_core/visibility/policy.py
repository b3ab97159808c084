"""The visibility policy: pure, total, and the specification of every adapter's SQL.

What may not be seen is absent: callers answer as for a thing that does not exist.
"""

from collections.abc import Mapping

from instagram_core.accounts.model import UserId
from instagram_core.visibility.model import Sight


def may_see_profile(sight: Sight) -> bool:
    """Tell whether name, picture and numbers may be seen.

    - Nobody sees who is suspended or deleted.
    - The blocked do not see the blocker; the blocker still sees the blocked, to unblock them.
    - Private accounts show their profile to everyone else.
    """
    return sight.is_active and not sight.blocked_by


def may_see_content(sight: Sight) -> bool:
    """Tell whether posts, media and the lists of followers may be seen.

    - Whoever may not see the profile may not see content; nor may the blocker of the owner.
    - Public: everyone. Private: the owner and accepted followers. Asking is not enough.
    """
    if not may_see_profile(sight) or sight.relationship.blocking:
        return False
    return sight.is_self or not sight.is_private or sight.relationship.following


def may_see_close_friends_content(sight: Sight) -> bool:
    """Tell whether things for close friends may be seen: content, and being on the list."""
    return may_see_content(sight) and (sight.is_self or sight.is_close_friend)


def belongs_in_feed(sight: Sight) -> bool:
    """Tell whether the owner's posts belong in the viewer's home feed now.

    Home is oneself and whom one follows, as far as content may be seen and nobody is muted.
    """
    if not may_see_content(sight):
        return False
    return sight.is_self or (sight.relationship.following and not sight.relationship.muting)


def may_come_across(sight: Sight) -> bool:
    """Tell whether the owner's posts belong among those of people the viewer did not ask for.

    So it is on the page of a hashtag: whatever may be seen, but of nobody muted. A mute hides
    everywhere except on a direct visit.
    """
    return may_see_content(sight) and not sight.relationship.muting


def visible_content(sights: Mapping[UserId, Sight]) -> frozenset[UserId]:
    """Give the owners whose content may be seen: the batch form of `may_see_content`."""
    return frozenset(owner for owner, sight in sights.items() if may_see_content(sight))
