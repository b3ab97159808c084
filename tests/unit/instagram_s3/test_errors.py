"""What the server says is told to whoever uses the store, in their words."""

import pytest
from aiohttp import ClientConnectionError
from botocore.exceptions import ClientError, EndpointConnectionError

from instagram_s3.errors import FAULTS, REASONS, is_answer, unavailable


def answered(code: str, status: int) -> ClientError:
    """Give what the library raises for an answer."""
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "PutObject")


@pytest.mark.parametrize("code", REASONS)
def test_each_refusal_has_its_sentence(code: str) -> None:
    """Whatever its status, it is no word on a file."""
    error = answered(code, 507)

    assert not is_answer(error)
    assert str(unavailable(error)) == REASONS[code]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (answered("Unheard", 500), "the server of media refuses"),
        (TimeoutError(), "the server of media did not answer in time"),
        (EndpointConnectionError(endpoint_url="x"), "the server of media cannot be reached"),
        (ClientConnectionError(), "the server of media cannot be reached"),
        (ConnectionResetError(), "the server of media cannot be reached"),
    ],
)
def test_what_is_not_in_the_table_is_unavailable_too(error: Exception, sentence: str) -> None:
    """It is among what a call may fail with, and has a sentence."""
    assert isinstance(error, FAULTS)
    assert str(unavailable(error)) == sentence


@pytest.mark.parametrize(("code", "status"), [("NoSuchKey", 404), ("404", 404), ("412", 412)])
def test_a_word_on_a_file_is_an_answer(code: str, status: int) -> None:
    """Absent, or not as was asked for: the server is well."""
    assert is_answer(answered(code, status))


def test_a_bucket_that_is_not_there_is_a_fault() -> None:
    """Files that cannot be looked for are not absent."""
    assert not is_answer(answered("NoSuchBucket", 404))
