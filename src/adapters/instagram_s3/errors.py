"""What errors of the server and of the way to it mean to whoever uses the store."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import ClientError as AiohttpError
from botocore.exceptions import BotoCoreError, ClientError

from instagram_core.kernel.errors import AdapterUnavailable

FAULTS: Final = (BotoCoreError, ClientError, AiohttpError, TimeoutError, OSError)
"""All that a call may fail with."""

REASONS: Final[Mapping[str, str]] = {
    "AccessDenied": "the bucket may not be used with these keys",
    "AllAccessDisabled": "the bucket may not be used with these keys",
    "AccountProblem": "the account of the bucket is not in order",
    "InvalidAccessKeyId": "the access key is not known to the server",
    "SignatureDoesNotMatch": "the secret key is not that of the access key",
    "RequestTimeTooSkewed": "the clocks of this machine and of the server differ",
    "AuthorizationHeaderMalformed": "the region is not that of the bucket",
    "PermanentRedirect": "the bucket is at another server",
    "NoSuchBucket": "there is no such bucket",
    "InvalidBucketName": "the name of the bucket is not allowed",
    "QuotaExceeded": "the bucket is full",
    "XMinioStorageFull": "the server is full",
    "XMinioAdminBucketQuotaExceeded": "the bucket is full",
    "InsufficientStorage": "the server is full",
    "403": "the server does not let these keys use the bucket",
    "507": "the server is full",
    "SlowDown": "the server has too much to do",
    "ServiceUnavailable": "the server cannot answer now",
    "InternalError": "the server fails",
    "RequestTimeout": "the request did not arrive in time",
}
"""By the code of the answer."""

_ANSWERS: Final = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}
)


def unavailable(error: BaseException) -> AdapterUnavailable:
    """Give what to raise from a fault."""
    if isinstance(error, ClientError):
        return AdapterUnavailable(REASONS.get(code_of(error), "the server of media refuses"))
    if isinstance(error, TimeoutError):
        return AdapterUnavailable("the server of media did not answer in time")
    return AdapterUnavailable("the server of media cannot be reached")


def is_answer(error: BaseException) -> bool:
    """Tell whether an error is the server's word on a file: absent, or not as was asked for."""
    if not isinstance(error, ClientError) or code_of(error) == "NoSuchBucket":
        return False
    return status_of(error) in _ANSWERS


def status_of(error: ClientError) -> int:
    """Give the status of an answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: ClientError) -> str:
    """Give the code of an answer; answers to HEAD have their status alone."""
    return str(error.response.get("Error", {}).get("Code", ""))
