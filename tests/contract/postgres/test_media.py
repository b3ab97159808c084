"""What PostgreSQL knows of files keeps its contracts."""

from instagram_core.testing.contracts.avatars import AvatarRepositoryContract
from instagram_core.testing.contracts.media_rights import MediaRightsReaderContract
from instagram_core.testing.contracts.media_usage import MediaUsageContract
from tests.contract.postgres.opening import OnOther, OnWheel


class TestAvatarRepositoryOnWheel(OnWheel, AvatarRepositoryContract):
    pass


class TestAvatarRepositoryOnOther(OnOther, AvatarRepositoryContract):
    pass


class TestMediaRightsReaderOnWheel(OnWheel, MediaRightsReaderContract):
    pass


class TestMediaRightsReaderOnOther(OnOther, MediaRightsReaderContract):
    pass


class TestMediaUsageOnWheel(OnWheel, MediaUsageContract):
    pass


class TestMediaUsageOnOther(OnOther, MediaUsageContract):
    pass
