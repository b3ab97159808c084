"""The truth of feeds read from PostgreSQL keeps its contract."""

from instagram_core.testing.contracts.feed import (
    AuthorDeliveryContract,
    FollowedPostsContract,
    HashtagPostsContract,
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


class TestHashtagPostsOnWheel(OnWheel, HashtagPostsContract):
    pass


class TestHashtagPostsOnOther(OnOther, HashtagPostsContract):
    pass
