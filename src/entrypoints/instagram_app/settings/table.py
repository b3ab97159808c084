"""Every setting, in one table. What is written here is what `docs/operating.md` shows."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from instagram_app.settings.kinds import (
    adapter,
    address,
    choice,
    decimal,
    folder,
    hosts,
    networks,
    origin,
    rate,
    seconds,
    secret,
    switch,
    text,
    whole,
)
from instagram_app.settings.row import Row, rows_of, setting
from instagram_app.settings.values import (
    Family,
    HostPort,
    ImageLibrary,
    LogFormat,
    LogLevel,
    Network,
    Rate,
)

_BILLION = 10**9
_HEAVIEST = 10


def platform_data_directory() -> str:
    """Give where programs of this platform keep a user's data, in a folder of our own."""
    if sys.platform == "darwin":
        return "~/Library/Application Support/instagram"
    return f"{os.environ.get('XDG_DATA_HOME') or '~/.local/share'}/instagram"


def log_format_for_standard_error() -> str:
    """Give `console` when a person reads along, `json` when a program does."""
    return LogFormat.CONSOLE if sys.stderr.isatty() else LogFormat.JSON


@attrs.frozen(kw_only=True)
class Settings:
    """What is in force: the values of all settings, and where each came from."""

    data: Path = setting(
        folder(),
        platform_data_directory,
        "embedded database, media, secret key",
        default_text="platform data directory",
    )
    database_url: str | None = setting(
        address("postgresql", "postgres"),
        None,
        "a PostgreSQL server, version 15 or later",
        default_text="embedded PostgreSQL",
        is_secret=True,
    )
    valkey_url: str | None = setting(
        address("valkey", "valkeys", "redis", "rediss", "unix"),
        None,
        "timelines, caches, limits, bus, presence, session cache",
        default_text="in-process memory",
        is_secret=True,
    )
    cassandra_hosts: tuple[HostPort, ...] | None = setting(
        hosts(default_port=9042), None, "messages", default_text="PostgreSQL"
    )
    cassandra_keyspace: str = setting(text(), "instagram", "keyspace of the messages")
    cassandra_datacenter: str | None = setting(
        text(), None, "the data centre to prefer", default_text="that of the first host"
    )
    cassandra_username: str | None = setting(text(), None, "to sign in", default_text="none")
    cassandra_password: str | None = setting(
        text(), None, "to sign in", default_text="none", is_secret=True
    )
    cassandra_replication: int | None = setting(
        whole(1, 100), None, "copies of each message", default_text="1 for one host, else 3"
    )
    s3_endpoint: str | None = setting(
        address("http", "https"), None, "media", default_text="files in the data directory"
    )
    s3_bucket: str = setting(text(), "instagram", "where media lies")
    s3_access_key: str | None = setting(
        text(), None, "to sign in", default_text="none", is_secret=True
    )
    s3_secret_key: str | None = setting(
        text(), None, "to sign in", default_text="none", is_secret=True
    )
    s3_region: str = setting(text(), "us-east-1", "region of the bucket")
    s3_public_url: str | None = setting(
        address("http", "https"), None, "address of media for clients", default_text="the endpoint"
    )
    amqp_url: str | None = setting(
        address("amqp", "amqps"),
        None,
        "jobs through RabbitMQ",
        default_text="none: workers lease the `jobs` table",
        is_secret=True,
    )
    image_processor: ImageLibrary = setting(choice(ImageLibrary), "vips", "what makes renditions")

    adapter_relational: str | None = setting(
        adapter("memory", "postgres"),
        None,
        "accounts, graph, posts, likes and what shares their transactions",
        default_text="`postgres`",
    )
    adapter_messages: str | None = setting(
        adapter("memory", "postgres", "cassandra"),
        None,
        "conversations",
        default_text="by `INSTAGRAM_CASSANDRA_HOSTS`",
    )
    adapter_timelines: str | None = setting(
        adapter("memory", "valkey"),
        None,
        "timelines and cached pages",
        default_text="by `INSTAGRAM_VALKEY_URL`",
    )
    adapter_limits: str | None = setting(
        adapter("memory", "valkey"),
        None,
        "rate limits",
        default_text="by `INSTAGRAM_VALKEY_URL`",
    )
    adapter_realtime: str | None = setting(
        adapter("memory", "valkey"),
        None,
        "bus and presence",
        default_text="by `INSTAGRAM_VALKEY_URL`",
    )
    adapter_media: str | None = setting(
        adapter("memory", "filesystem", "s3"),
        None,
        "uploaded files and renditions",
        default_text="by `INSTAGRAM_S3_ENDPOINT`",
    )
    adapter_jobs: str | None = setting(
        adapter("memory", "postgres", "amqp"),
        None,
        "the queue of the workers",
        default_text="by `INSTAGRAM_AMQP_URL`",
    )
    adapter_images: str | None = setting(
        adapter("memory", "vips", "imagemagick"),
        None,
        "reading pictures",
        default_text="by `INSTAGRAM_IMAGE_PROCESSOR`",
    )

    secret_key: str | None = setting(
        secret(),
        None,
        "signs media URLs, cursors and sessions; required when there is no data directory",
        default_text="made once in the data directory",
        is_secret=True,
    )
    public_url: str | None = setting(
        origin(), None, "links, cookie security, allowed origins", default_text="from the request"
    )
    trusted_proxies: tuple[Network, ...] = setting(
        networks(), "none", "networks whose `X-Forwarded-For` is believed"
    )

    limits: bool = setting(switch(), "on", "`off` for load tests")
    limit_follow: Rate = setting(rate(), "30/3600", "follows per user")
    limit_post: Rate = setting(rate(), "10/3600", "posts per user")
    limit_like: Rate = setting(rate(), "100/3600", "likes per user")
    limit_comment: Rate = setting(rate(), "50/3600", "comments per user")
    limit_login: Rate = setting(rate(), "5/60", "logins per account and per address")
    limit_feed: Rate = setting(rate(), "60/60", "feed pages per user")
    limit_message: Rate = setting(rate(), "60/60", "messages per user")
    limit_story: Rate = setting(rate(), "30/3600", "stories per user")
    limit_all: Rate = setting(rate(), "1000/60", "requests per user, or per address")

    feed_push_threshold: int = setting(
        whole(1, _BILLION), "10000", "followers from which an author is pulled"
    )
    feed_timeline_cap: int = setting(whole(1, 100_000), "500", "entries of a stored timeline")
    feed_timeline_hours: int = setting(whole(1, 8760), "24", "hours a stored timeline lives")
    feed_cache_seconds: int = setting(
        whole(0, 3600), "60", "seconds a page is cached; over 60: 60; 0: never"
    )
    feed_sample_every: int = setting(
        whole(0, _BILLION),
        "1000",
        "one of so many first pages has its timeline compared with the truth; 0: none",
    )
    feed_rank_half_life_hours: float = setting(
        decimal(0.01, 8760), "24", "ranked feed: hours after which a post is half as recent"
    )
    feed_rank_recency: float = setting(
        decimal(0, _HEAVIEST), "1", "ranked feed: weight of being recent; 0: none"
    )
    feed_rank_engagement: float = setting(
        decimal(0, _HEAVIEST), "0.5", "ranked feed: weight of likes and comments; 0: none"
    )
    feed_rank_relationship: float = setting(
        decimal(0, _HEAVIEST),
        "1",
        "ranked feed: weight of how close the author is to the reader; 0: none",
    )
    feed_rank_content: float = setting(
        decimal(0, _HEAVIEST), "1", "ranked feed: weight of the kind of post; 0: none"
    )
    feed_rank_diversity: float = setting(
        decimal(0.01, 1), "0.7", "ranked feed: what each further post of an author is worth; 1: all"
    )
    feed_rank_candidates: int = setting(
        whole(1, 1000),
        "200",
        "ranked feed: how many of the newest posts are ranked",
    )
    story_seconds: int = setting(whole(1, 31_536_000), "86400", "lifetime of a story")
    upload_bytes: int = setting(whole(1, _BILLION), "10485760", "bytes per uploaded file")
    upload_pixels: int = setting(whole(1, _BILLION), "50000000", "pixels per picture")

    timeout_request: float = setting(seconds(), "5", "until a request is answered 503")
    timeout_valkey: float = setting(seconds(), "0.15", "one call of Valkey")
    timeout_postgres: float = setting(seconds(), "3", "one statement")
    timeout_cassandra: float = setting(seconds(), "2", "one statement of Cassandra")
    timeout_s3: float = setting(seconds(), "5", "one call of S3, and its size at 1 MB/s")
    timeout_amqp: float = setting(seconds(), "2", "one confirmation of RabbitMQ")
    connections: int = setting(whole(1, 1_000_000), "10000", "open connections per process")

    log_level: LogLevel = setting(choice(LogLevel), "info", "the least that is logged")
    log_format: LogFormat = setting(
        choice(LogFormat),
        log_format_for_standard_error,
        "`console` for people, `json` for programs",
        default_text="`console` on a terminal, else `json`",
    )

    origins: Mapping[str, str] = attrs.field(factory=dict, eq=False)
    """Where each value that is not a default came from, by field, in words."""

    def adapter(self, family: Family) -> str:
        """Give the adapter of a family: what was chosen, else what the servers' settings imply."""
        chosen: str | None = getattr(self, f"adapter_{family.lower()}")
        return chosen or self._implied(family)

    def _implied(self, family: Family) -> str:
        shared = "valkey" if self.valkey_url else "memory"
        relational = self.adapter_relational or "postgres"
        return {
            Family.RELATIONAL: relational,
            Family.MESSAGES: "cassandra" if self.cassandra_hosts else relational,
            Family.TIMELINES: shared,
            Family.LIMITS: shared,
            Family.REALTIME: shared,
            Family.MEDIA: "s3" if self.s3_endpoint else "filesystem",
            Family.JOBS: "amqp" if self.amqp_url else relational,
            Family.IMAGES: self.image_processor.value,
        }[family]

    def source(self, field: str) -> str:
        """Tell where the value of a field came from."""
        return self.origins.get(field, "default")


ROWS: Final[tuple[Row, ...]] = rows_of(Settings)
