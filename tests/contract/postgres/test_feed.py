"""The truth of feeds read from PostgreSQL keeps its contract."""

from instagram_core.testing.contracts.feed import (
    AuthorDeliveryContract,
    FollowedPostsContract,
)
from tests.contract.postgres.opening import OnOther, OnWheel


class TestFollowedPostsOnWheel(OnWheel, FollowedPostsContract):
    pass


class TestFollowedPostsOnOther(OnOther, FollowedPostsContract):
    pass


class TestAuthorDeliveryOnWheel(OnWheel, AuthorDeliveryContract):
    pass


class TestAuthorDeliveryOnOther(OnOther, AuthorDeliveryContract):
    pass
