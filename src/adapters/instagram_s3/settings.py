"""Where a bucket is and how long it may take to answer."""

from typing import ClassVar
from urllib.parse import urlsplit

import attrs

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@attrs.frozen(kw_only=True)
class S3Settings:
    """One bucket of one server; the same in every process."""

    CONNECT_SECONDS: ClassVar[float] = 1.0
    READ_SECONDS: ClassVar[float] = 3.0
    """Without a byte."""
    ATTEMPTS: ClassVar[int] = 2
    BYTES_A_SECOND: ClassVar[int] = 1_000_000
    """What a connection is expected to carry at least."""

    endpoint: str
    bucket: str
    access_key: str = attrs.field(repr=False)
    secret_key: str = attrs.field(repr=False)
    region: str = "us-east-1"
    public_url: str | None = None
    """Where clients reach the server; None: at the endpoint."""
    seconds: float = 5.0
    """For one call, beside the time for its bytes."""
    exchanges: int = 32
    """At once; more of them wait within their time."""

    def deadline(self, size: int) -> float:
        """Give the seconds that a call with a body of so many bytes may take."""
        return self.seconds + size / self.BYTES_A_SECOND

    @property
    def clients_url(self) -> str:
        """Give the address of the server for clients, as they spell it."""
        url = urlsplit(self.public_url or self.endpoint)
        host = url.netloc.rpartition("@")[2].removesuffix(_DEFAULT_PORTS.get(url.scheme, " "))
        return f"{url.scheme}://{host}{url.path.rstrip('/')}"
