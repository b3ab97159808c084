"""Profile pictures."""

from instagram_core.accounts.events import ProfileChanged
from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import NotFoundError
from instagram_core.kernel.reactions import Reactions
from instagram_core.media.errors import MediaRefused
from instagram_core.media.events import AvatarSubmitted
from instagram_core.media.model import Original
from instagram_core.media.ports import AvatarRepository
from instagram_core.media.service.rendering import Rendering


class Avatars:
    """Sets and removes avatars; of several uploads the last one submitted wins."""

    def __init__(
        self, *, avatars: AvatarRepository, rendering: Rendering, reactions: Reactions
    ) -> None:
        """Work on these."""
        self._avatars = avatars
        self._rendering = rendering
        self._reactions = reactions

    async def submit(self, user: UserId, original: Original) -> None:
        """Let an uploaded file become the avatar once it is processed."""
        await self._avatars.submit(AvatarSubmitted(user_id=user, stem=original.stem))

    async def process(self, submitted: AvatarSubmitted) -> None:
        """Make the renditions and show them, unless another file is waited for by now.

        MediaRefused when the file is bad and was waited for: it is not any more.
        """
        try:
            picture = await self._rendering.render(submitted.stem)
        except MediaRefused:
            if await self._avatars.abandon(submitted.user_id, submitted.stem):
                raise
            return  # replaced, removed or shown already: its file may be gone
        if await self._avatars.publish(submitted.user_id, picture):
            await self._reactions.to(ProfileChanged(user_id=submitted.user_id))

    async def give_up(self, submitted: AvatarSubmitted) -> None:
        """Stop waiting for a file that cannot be processed; the old avatar stays."""
        await self._avatars.abandon(submitted.user_id, submitted.stem)

    async def clear(self, user: UserId) -> None:
        """Show no avatar any more; NotFoundError when there is none."""
        if not await self._avatars.clear(user):
            raise NotFoundError
        await self._reactions.to(ProfileChanged(user_id=user))
