"""Home feeds of the running app, compared with what the tables say; the stores that may be lost."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import attrs
import httpx
import psycopg

from tests.e2e.people import Person, pages
from tests.e2e.running import RunningApp
from tests.e2e.supervised import until
from tests.servers.process import ServerProcess

FEED: Final = "/api/v1/feed"

_HOME: Final = """
    SELECT posts.id FROM posts JOIN users AS author ON author.id = author_id
     WHERE posts.status = 'published' AND author.standing = 'active'
       AND (author_id = %(reader)s
            OR author_id IN (SELECT followee_id FROM follows WHERE follower_id = %(reader)s))
       AND author_id NOT IN (SELECT member_id FROM personal_lists
                              WHERE owner_id = %(reader)s AND list = 'mutes')
     ORDER BY shared_at DESC, posts.id DESC
"""
_CROWD: Final = """
    WITH person AS (
        INSERT INTO users (id, username, username_key, email, email_key, password_hash,
                           display_name, created_at)
        SELECT lpad(to_hex(number), 32, '0')::uuid, name, name, name || '@example.org',
               name || '@example.org', '', name, 1700000000000
          FROM generate_series(1, %(many)s) AS number,
               LATERAL (SELECT 'crowd' || number AS name) AS named
        RETURNING id
    )
    INSERT INTO follows (follower_id, followee_id, followed_at)
    SELECT id, %(author)s, 1700000000000 FROM person
"""
_OLD_POSTS: Final = """
    WITH post AS (
        INSERT INTO posts (id, author_id, caption, location, status, uploaded_at, shared_at)
        SELECT gen_random_uuid(), %(author)s, '', '', 'published', 1700000000000 + number / 3,
               1700000000000 + number / 3  -- three in a millisecond
          FROM generate_series(1, %(many)s) AS number
        RETURNING id
    )
    INSERT INTO post_media (id, post_id, place, stem, width, height, placeholder, encodings,
                            alt_text)
    SELECT gen_random_uuid(), id, 0, replace(gen_random_uuid()::text, '-', ''), 4032, 3024,
           '3OcRJYB4d3h/iIeHeEh3eIhw+j3A', '{webp,jpeg}', ''
      FROM post
"""


@attrs.define(kw_only=True)
class Town:
    """An app of two processes and two workers, its database, and a Valkey of its own."""

    app: RunningApp
    folder: Path
    settings: dict[str, str]
    database: str
    valkey: ServerProcess

    def rows(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Give what a statement finds."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def home(self, reader: Person) -> list[str]:
        """Give what belongs in somebody's feed."""
        return [str(post) for (post,) in self.rows(_HOME, reader=UUID(reader.id))]

    def delivery(self, author: Person) -> str:
        """Give how an author's posts get to their followers."""
        sql = "SELECT delivery FROM author_deliveries WHERE author_id = %(author)s"
        found = self.rows(sql, author=UUID(author.id))
        return str(found[0][0]) if found else "push"

    def let_a_crowd_follow(self, author: Person, many: int) -> None:
        """Let people follow whom nobody counts, so that the author is pushed all the same.

        Their ids come before all others', so a walk through the followers meets them first.
        """
        self.rows(_CROWD, author=UUID(author.id), many=many)

    def let_have_shared(self, author: Person, many: int) -> None:
        """Store old posts."""
        self.rows(_OLD_POSTS, author=UUID(author.id), many=many)

    def tell_valkey(self, command: str) -> bytes:
        """Send Valkey a command that is answered in a line."""
        address = urlsplit(self.settings["valkey_url"])
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(1024)

    def flush(self) -> None:
        """Make Valkey forget everything."""
        assert self.tell_valkey("FLUSHALL") == b"+OK\r\n"

    def check(self, readers: Iterable[Person]) -> None:
        """Wait until every feed is what the tables say, page after page and from the cache."""
        for reader in readers:
            until(lambda reader=reader: ids(reader.feed()) == self.home(reader))  # type: ignore[misc]
        for reader in readers:
            expected = self.home(reader)
            for _ in range(3):
                assert expected[:5] == first_page(reader, 5)
            assert expected == ids(pages(reader.http, FEED, "posts", 7))


def ids(posts: Iterable[dict[str, Any]]) -> list[str]:
    """Give the ids of posts, each of which may be there once."""
    found = [str(post["id"]) for post in posts]
    assert len(found) == len(set(found)), "a post came twice"
    return found


def first_page(reader: Person, limit: int = 5) -> list[str]:
    """Give the newest posts of somebody's feed."""
    answer = reader.http.get(FEED, params={"limit": str(limit)})
    assert answer.status_code == 200, answer.text
    return ids(answer.json()["posts"])


@contextmanager
def reading(readers: Iterable[Person], authors: set[str]) -> Iterator[None]:
    """Let people read their feeds all the time; all they see is in order, once, and for them."""
    is_over, seen = threading.Event(), list[BaseException]()

    def read(reader: Person) -> None:
        while not is_over.is_set():
            posts = list(pages(reader.http, FEED, "posts", 3))
            ids(posts)
            moments = [post["created_at"] for post in posts]
            assert moments == sorted(moments, reverse=True)
            assert {post["author"]["id"] for post in posts} <= authors

    def keep_reading(reader: Person) -> None:
        try:
            read(reader)
        except (AssertionError, httpx.HTTPError, LookupError) as error:
            seen.append(error)

    threads = [threading.Thread(target=keep_reading, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert seen == []
