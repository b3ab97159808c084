"""The bucket itself: made once, with the rules that keep it tidy."""

from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import ClientError

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.kernel.guard import Unguarded
from instagram_core.media.model import DirectUpload
from instagram_s3.exchange import Exchange
from instagram_s3.names import FILES, INCOMING
from instagram_s3.settings import S3Settings

TIDY_PREFIXES: Final = (FILES + DirectUpload.STEMS, INCOMING)
"""What lies here is forgotten if it lies for a day."""


async def is_there(settings: S3Settings) -> bool:
    """Tell whether the bucket exists; AdapterUnavailable when it cannot be asked."""
    async with Exchange.open(settings, Unguarded()) as exchange:
        return await _exists(exchange)


async def prepare(settings: S3Settings) -> bool:
    """Make the bucket if it is absent, and set its rules; True when it was made.

    Safe twice, and twice at once. Servers without rules are left without: the app sweeps, too.
    """
    async with Exchange.open(settings, Unguarded()) as exchange:
        is_made = not await _exists(exchange)
        if is_made:
            await _make(exchange)
        await _tidy(exchange)
        await _open_to_browsers(exchange)
    return is_made


async def _exists(exchange: Exchange) -> bool:
    try:
        await exchange.call("head_bucket")
    except ClientError:
        return False
    return True


async def _make(exchange: Exchange) -> None:
    region = exchange.settings.region
    where: dict[str, Any] = {}
    if region != "us-east-1":  # which must not be named
        where["CreateBucketConfiguration"] = {"LocationConstraint": region}
    try:
        await exchange.call("create_bucket", **where)
    except ClientError as error:
        if not await _exists(exchange):  # it is somebody else's
            raise AdapterUnavailable("the name of the bucket is taken") from error


async def _tidy(exchange: Exchange) -> None:
    rules = [
        {
            "ID": f"instagram-{prefix.strip('/').replace('/', '-')}",
            "Status": "Enabled",
            "Filter": {"Prefix": prefix},
            "Expiration": {"Days": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
        for prefix in TIDY_PREFIXES
    ]
    try:
        present = await exchange.call("get_bucket_lifecycle_configuration")
    except (ClientError, AdapterUnavailable):
        present = {}
    names = {rule["ID"] for rule in rules}
    theirs = [rule for rule in present.get("Rules", ()) if rule.get("ID") not in names]
    with suppress(ClientError, AdapterUnavailable):
        await exchange.call(
            "put_bucket_lifecycle_configuration",
            LifecycleConfiguration={"Rules": [*theirs, *rules]},
        )


async def _open_to_browsers(exchange: Exchange) -> None:
    """Let scripts of pages send forms and read answers; signatures say who may, not origins."""
    with suppress(ClientError, AdapterUnavailable):  # absent, or a server that knows none
        await exchange.call("get_bucket_cors")
        return
    rule = {
        "AllowedMethods": ["GET", "HEAD", "POST"],
        "AllowedOrigins": ["*"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3600,
    }
    with suppress(ClientError, AdapterUnavailable):
        await exchange.call("put_bucket_cors", CORSConfiguration={"CORSRules": [rule]})
