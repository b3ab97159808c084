"""S3: media in a bucket."""

from instagram_s3.media import S3MediaStore
from instagram_s3.settings import S3Settings

__all__ = ["S3MediaStore", "S3Settings"]
