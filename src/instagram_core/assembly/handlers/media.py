"""What follows from files that come and go."""

from instagram_core.assembly.services import MediaServices
from instagram_core.jobs.handlers import Handler
from instagram_core.media.events import (
    AvatarSubmitted,
    MediaDiscarded,
    MediaSweepDue,
    UploadSweepDue,
)


def handlers(media: MediaServices) -> tuple[Handler, ...]:
    """Give the handlers of media."""

    async def give_up(event: AvatarSubmitted, _reason: str) -> None:
        await media.avatars.give_up(event)

    async def discard(event: MediaDiscarded) -> None:
        await media.sweeping.discard(event.stems)

    async def sweep(_: MediaSweepDue) -> None:
        await media.sweeping.sweep()

    async def sweep_uploads(_: UploadSweepDue) -> None:
        await media.sweeping.sweep_uploads()

    return (
        Handler(AvatarSubmitted, media.avatars.process, give_up),
        Handler(MediaDiscarded, discard),
        Handler(MediaSweepDue, sweep),
        Handler(UploadSweepDue, sweep_uploads),
    )
