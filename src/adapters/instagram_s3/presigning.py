"""Signed addresses and forms (AWS Signature Version 4), made without asking the server.

The client library signs with the second of the call; here the time of an address is that of its
window, so that everybody gets the same one.
"""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit

from instagram_core.kernel.clock import Clock, from_milliseconds, to_milliseconds
from instagram_s3.settings import S3Settings

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Presigner:
    """Signs for one bucket, at the address that clients reach it at."""

    def __init__(self, settings: S3Settings, clock: Clock) -> None:
        """Sign with the keys of `settings`."""
        self._settings = settings
        self._clock = clock
        self._bucket_url = f"{settings.clients_url}/{quote(settings.bucket)}"
        self._host = urlsplit(self._bucket_url).netloc

    def now(self) -> int:
        """Give the time in Unix seconds."""
        return to_milliseconds(self._clock.now()) // 1000

    def address(
        self, name: str, *, method: str, at: int, seconds: int, query: Mapping[str, str]
    ) -> str:
        """Give where an object is read from Unix second `at` on, for `seconds`."""
        date = _date(at)
        signed = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self._settings.access_key}/{self._scope(date)}",
            "X-Amz-Date": date,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        spelled = "&".join(f"{_quoted(key)}={_quoted(signed[key])}" for key in sorted(signed))
        url = f"{self._bucket_url}/{quote(name)}"
        lines = [method, urlsplit(url).path, spelled, f"host:{self._host}", "", "host"]
        request = "\n".join((*lines, "UNSIGNED-PAYLOAD"))
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = "\n".join([_ALGORITHM, date, self._scope(date), digest])
        return f"{url}?{spelled}&X-Amz-Signature={self._sign(date, text)}"

    def form(
        self, name: str, *, content_type: str, most_bytes: int, seconds: int
    ) -> tuple[str, dict[str, str]]:
        """Give address and fields of a form that stores one object of at most so many bytes."""
        now = self.now()
        date = _date(now)
        fields = {
            "key": name,
            "Content-Type": content_type,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self._settings.access_key}/{self._scope(date)}",
            "X-Amz-Date": date,
        }
        ends = _moment(now) + timedelta(seconds=seconds)
        policy = {
            "expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "conditions": [
                {"bucket": self._settings.bucket},
                *({field: value} for field, value in fields.items()),
                ["content-length-range", 1, most_bytes],
            ],
        }
        fields["Policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
        fields["X-Amz-Signature"] = self._sign(date, fields["Policy"])
        return self._bucket_url, fields

    def _scope(self, date: str) -> str:
        return f"{date[:8]}/{self._settings.region}/s3/aws4_request"

    def _sign(self, date: str, text: str) -> str:
        key = _key(self._settings.secret_key, date[:8], self._settings.region)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@functools.lru_cache(maxsize=8)
def _key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key


def _moment(at: int) -> datetime:
    return from_milliseconds(at * 1000)


def _date(at: int) -> str:
    return _moment(at).strftime("%Y%m%dT%H%M%SZ")


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
