"""What happens to files."""

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.kernel.events import Event


@attrs.frozen(kw_only=True)
class AvatarSubmitted(Event):
    """An avatar waits for its renditions."""

    kind = "avatar_submitted"
    queue = "media"
    user_id: UserId
    stem: str


@attrs.frozen(kw_only=True)
class MediaDiscarded(Event):
    """Nothing refers to these files any more: they are to be removed."""

    kind = "media_discarded"
    queue = "media"
    stems: tuple[str, ...]


@attrs.frozen(kw_only=True)
class MediaSweepDue(Event):
    """It is time to collect files that nothing refers to."""

    kind = "media_sweep_due"
    queue = "media"


@attrs.frozen(kw_only=True)
class UploadSweepDue(Event):
    """It is time to collect direct uploads that nobody claimed."""

    kind = "upload_sweep_due"
    queue = "media"
