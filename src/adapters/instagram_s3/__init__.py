"""S3: media in a bucket."""
