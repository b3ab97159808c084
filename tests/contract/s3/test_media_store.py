"""The media store in a bucket keeps its contract."""

from instagram_core.testing.contracts.media import MediaStoreContract
from tests.contract.s3.opening import S3Bucket


class TestS3MediaStore(S3Bucket, MediaStoreContract):
    recovery = 20.0
