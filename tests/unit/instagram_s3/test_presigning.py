"""Addresses are those that the client library would sign at that second."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from instagram_core.testing.clocks import ManualClock
from instagram_s3 import S3Settings
from instagram_s3.presigning import Presigner

SETTINGS = S3Settings(
    endpoint="http://127.0.0.1:8333",
    bucket="pictures",
    access_key="an-access-key",
    secret_key="a secret key",
)
AT = int(datetime(2026, 3, 1, 9, 30, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_address_is_signed_as_the_library_does(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Key, query and method, byte for byte."""
    moment = datetime.fromtimestamp(AT, UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    query = {"response-cache-control": "public, max-age=600"}
    request = AWSRequest(
        method, f"{SETTINGS.endpoint}/pictures/files/a-b_c/small.webp", params=query
    )
    signer = S3SigV4QueryAuth(
        Credentials(SETTINGS.access_key, SETTINGS.secret_key), "s3", SETTINGS.region, 600
    )
    signer.add_auth(request)

    ours = Presigner(SETTINGS, ManualClock()).address(
        "files/a-b_c/small.webp", method=method, at=AT, seconds=600, query=query
    )

    expected = parse_qs(urlsplit(request.prepare().url).query)
    assert parse_qs(urlsplit(ours).query) == expected


@pytest.mark.parametrize(
    ("public_url", "begins"),
    [
        (None, "http://127.0.0.1:8333/pictures/files/"),
        ("https://cdn.example.org", "https://cdn.example.org/pictures/files/"),
        ("https://cdn.example.org:443/", "https://cdn.example.org/pictures/files/"),
        ("http://cdn.example.org:8080/s3", "http://cdn.example.org:8080/s3/pictures/files/"),
    ],
)
def test_clients_are_sent_where_they_reach_the_server(public_url: str | None, begins: str) -> None:
    """Which may be a network for delivery, and not the address that the app uses."""
    presigner = Presigner(attrs.evolve(SETTINGS, public_url=public_url), ManualClock())

    address = presigner.address("files/x/y", method="GET", at=AT, seconds=60, query={})
    url, _ = presigner.form("files/x/y", content_type="image/png", most_bytes=1, seconds=60)

    assert address.startswith(begins)
    assert begins.startswith(url)
