"""People, follows, posts and sessions, loaded by COPY; their ids are told from their numbers."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

import psycopg

from benchmarks.stage import SECRET
from instagram_core.accounts.model import UserId
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.kernel.clock import SystemClock, to_milliseconds
from instagram_core.kernel.signing import Signer
from instagram_core.posts.model import PostId

BEGAN: Final = 1_750_000_000_000
"""When the first post was shared; each later number is a second after."""
_CHUNK: Final = 20_000
_USERS: Final = """
    COPY users (id, username, username_key, email, email_key, password_hash, display_name,
                created_at) FROM STDIN
"""
_FOLLOWS: Final = "COPY follows (follower_id, followee_id, followed_at) FROM STDIN"
_POSTS: Final = """
    COPY posts (id, author_id, caption, location, status, uploaded_at, shared_at) FROM STDIN
"""
_MEDIA: Final = """
    COPY post_media (id, post_id, place, stem, width, height, placeholder, encodings, alt_text)
    FROM STDIN
"""
_SLOTS: Final = "COPY like_slots (post_id, slot, likes) FROM STDIN"
_SESSIONS: Final = """
    COPY sessions (id, user_id, token_hash, created_at, last_used_at, address, user_agent)
    FROM STDIN
"""
_COUNTED: Final = """
    INSERT INTO profile_counters AS counter (user_id, followers, following)
    SELECT person, sum(gained), sum(given)
      FROM (SELECT followee_id AS person, count(*) AS gained, 0 AS given
              FROM follows GROUP BY followee_id
             UNION ALL
            SELECT follower_id, 0, count(*) FROM follows GROUP BY follower_id) AS told
     GROUP BY person
        ON CONFLICT (user_id) DO UPDATE
       SET followers = excluded.followers, following = excluded.following
"""
_KINDS: Final = {"person": 1, "post": 2, "media": 3, "session": 4}

Follow = tuple[int, int]
"""The numbers of who follows, and of whom."""
Post = tuple[int, int]
"""The number of a post, which is also its place in time, and that of its author."""


def person_id(number: int) -> UserId:
    """Give the id of a person."""
    return UserId(UUID(_id("person", number)))


def post_id(number: int) -> PostId:
    """Give the id of a post."""
    return PostId(UUID(_id("post", number)))


def shared_at(number: int) -> int:
    """Give when a post was shared, in Unix milliseconds."""
    return BEGAN + number * 1000


def load_people(connection: psycopg.Connection, numbers: Iterable[int]) -> None:
    """Store people, with names that nobody else has."""
    _copy(
        connection,
        _USERS,
        (
            f"{_id('person', n)}\tcrowd{n}\tcrowd{n}\tc{n}@example.org\tc{n}@example.org\t\t"
            f"Person {n}\t{1_700_000_000_000 + n}\n"
            for n in numbers
        ),
    )


def load_follows(connection: psycopg.Connection, follows: Iterable[Follow]) -> None:
    """Store who follows whom, each pair once; `settle` counts them."""
    _copy(
        connection,
        _FOLLOWS,
        (
            f"{_id('person', follower)}\t{_id('person', followee)}\t{1_705_000_000_000 + n}\n"
            for n, (follower, followee) in enumerate(follows)
        ),
    )


def load_posts(connection: psycopg.Connection, posts: Sequence[Post]) -> None:
    """Store published posts of one picture each."""
    _copy(
        connection,
        _POSTS,
        (
            f"{_id('post', n)}\t{_id('person', author)}\tA photograph, number {n}\tSomewhere\t"
            f"published\t{shared_at(n)}\t{shared_at(n)}\n"
            for n, author in posts
        ),
    )
    _copy(
        connection,
        _MEDIA,
        (
            f"{_id('media', n)}\t{_id('post', n)}\t0\t{n:032x}\t4032\t3024\t"
            "3OcRJYB4d3h/iIeHeEh3eIhw+j3A\t{webp,jpeg}\t\n"
            for n, _ in posts
        ),
    )
    _copy(connection, _SLOTS, (f"{_id('post', n)}\t0\t3\n" for n, _ in posts))


def load_sessions(connection: psycopg.Connection, people: Sequence[int]) -> list[str]:
    """Sign people in; give their tokens in the same order."""
    tokens = SessionTokens(Signer(SECRET.encode()))
    issued = [tokens.issue(person_id(n)) for n in people]
    now = to_milliseconds(SystemClock().now())
    _copy(
        connection,
        _SESSIONS,
        (
            f"{_id('session', n)}\t{_id('person', n)}\t\\\\x{tokens.digest(token).hex()}\t"
            f"{now}\t{now}\t127.0.0.1\tbenchmark\n"
            for n, token in zip(people, issued, strict=True)
        ),
    )
    return issued


def settle(connection: psycopg.Connection) -> None:
    """Count who follows whom, and give the planner its statistics, before anything is timed."""
    connection.execute(_COUNTED)
    connection.execute("VACUUM ANALYZE")


def _id(kind: str, number: int) -> str:
    return f"01900000-{_KINDS[kind]:04x}-7000-8000-{number:012x}"


def _copy(connection: psycopg.Connection, sql: str, rows: Iterable[str]) -> None:
    with connection.cursor().copy(sql) as copy:
        for chunk in _chunks(iter(rows)):
            copy.write(chunk)


def _chunks(rows: Iterator[str]) -> Iterator[str]:
    chunk: list[str] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield "".join(chunk)
            chunk.clear()
    if chunk:
        yield "".join(chunk)
