"""What runs in the peer's own environment: its fan-out, into full feeds on a server we share.

Prints JSON: feeds added to a second, and the mean length of the feeds afterwards. Imports nothing
of ours: it runs where only the peer is installed.
"""

import datetime as dt
import json
import sys
import time

from stream_framework import settings  # type: ignore[import-not-found]
from stream_framework.activity import Activity  # type: ignore[import-not-found]
from stream_framework.feed_managers.base import (  # type: ignore[import-not-found]
    Manager,
    add_operation,
    fanout_operation,
)
from stream_framework.feeds.redis import RedisFeed  # type: ignore[import-not-found]
from stream_framework.storage.redis.connection import (  # type: ignore[import-not-found]
    get_redis_connection,
)
from stream_framework.verbs.base import Add  # type: ignore[import-not-found]

CAP = 500
BEGAN = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - as the peer wants it


class HomeFeed(RedisFeed):  # type: ignore[misc]
    """A home feed of the same cap as ours."""

    key_format = "peer:home:%(user_id)s"
    max_length = CAP


class OwnFeed(RedisFeed):  # type: ignore[misc]
    """Where the activities themselves are kept."""

    key_format = "peer:own:%(user_id)s"


class FanOut(Manager):  # type: ignore[misc]
    """The peer's manager, as its documentation has it filled in."""

    feed_classes = {"normal": HomeFeed}  # noqa: RUF012 - as the peer wants it
    user_feed_class = OwnFeed


def main() -> None:
    """Fill the feeds, publish until time is up, and tell the rate."""
    port, readers, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    where = {"host": "127.0.0.1", "port": port, "db": 0, "password": None}
    settings.STREAM_REDIS_CONFIG = {"default": where}
    fill(readers)
    added, number, begun = 0, CAP, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        number += 1
        added += publish(number, readers)
    rate = added / (time.perf_counter() - begun)
    some = range(0, readers, max(readers // 100, 1))
    length = sum(HomeFeed(reader).count() for reader in some) / len(some)
    print(json.dumps({"rate": rate, "length": length}))


def fill(readers: int) -> None:
    """Make one full feed by the peer, and copies of it on the server."""
    activities = [activity(number) for number in range(1, CAP + 1)]
    OwnFeed.insert_activities(activities)
    HomeFeed(0).add_many(activities)
    redis = get_redis_connection()
    for start in range(1, readers, 1000):
        pipeline = redis.pipeline(transaction=False)
        for reader in range(start, min(start + 1000, readers)):
            pipeline.execute_command("COPY", HomeFeed(0).key, HomeFeed(reader).key, "REPLACE")
        pipeline.execute()


def publish(number: int, readers: int) -> int:
    """Do what `Manager.add_user_activity` does, its tasks being run instead of queued."""
    manager, published = FanOut(), activity(number)
    OwnFeed.insert_activity(published)
    manager.get_user_feed(0).add(published)
    for start in range(0, readers, manager.fanout_chunk_size):
        chunk = range(start, min(start + manager.fanout_chunk_size, readers))
        kwargs = {"activities": [published], "trim": True}
        fanout_operation(manager, HomeFeed, list(chunk), add_operation, kwargs)
    return readers


def activity(number: int) -> object:
    """Give an activity that is a second newer than the one before."""
    return Activity(1, Add, number, time=BEGAN + dt.timedelta(seconds=number))


if __name__ == "__main__":
    main()
