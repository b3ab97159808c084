"""Values that settings have beside numbers and texts."""

import ipaddress
from enum import StrEnum

import attrs

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@attrs.frozen
class Rate:
    """So many attempts within so many seconds."""

    attempts: int
    seconds: int

    def __str__(self) -> str:
        """Give it as it is written in a setting."""
        return f"{self.attempts}/{self.seconds}"


@attrs.frozen
class HostPort:
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Give it as it is written in a setting."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class ImageLibrary(StrEnum):
    """What makes renditions."""

    VIPS = "vips"
    IMAGEMAGICK = "imagemagick"


class LogLevel(StrEnum):
    """From which gravity on events are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """For whom the log is written."""

    CONSOLE = "console"
    JSON = "json"


class Family(StrEnum):
    """Ports that are chosen together."""

    RELATIONAL = "RELATIONAL"
    MESSAGES = "MESSAGES"
    TIMELINES = "TIMELINES"
    LIMITS = "LIMITS"
    REALTIME = "REALTIME"
    MEDIA = "MEDIA"
    JOBS = "JOBS"
    IMAGES = "IMAGES"
