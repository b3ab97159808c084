"""Synthetic people and posts, loaded in bulk: what a benchmark reads."""

from typing import Final
from uuid import UUID

import psycopg

_PEOPLE: Final = """
    INSERT INTO users (id, username, username_key, email, email_key, password_hash, display_name,
                       created_at)
    SELECT gen_random_uuid(), name, name, name || '@example.org', name || '@example.org', '',
           'Person ' || number, 1700000000000 + number
      FROM generate_series(%(first)s::int, %(last)s::int) AS number,
           LATERAL (SELECT 'person' || number AS name) AS named
"""

_POSTS: Final = """
    WITH author AS (
        SELECT id, row_number() OVER (ORDER BY created_at) - 1 AS place FROM users
         WHERE username LIKE 'person%%'
    ),
    post AS (
        INSERT INTO posts (id, author_id, caption, location, status, uploaded_at, shared_at)
        SELECT gen_random_uuid(), author.id, 'A photograph, number ' || number, 'Somewhere',
               'published', 1710000000000 + number * 1000, 1710000000000 + number * 1000
          FROM generate_series(%(first)s::int, %(last)s::int) AS number
          JOIN author ON author.place = (number::bigint * 7919) %% %(people)s
        RETURNING id
    ),
    media AS (
        INSERT INTO post_media (id, post_id, place, stem, width, height, placeholder, encodings,
                                alt_text)
        SELECT gen_random_uuid(), id, 0, replace(gen_random_uuid()::text, '-', ''), 4032, 3024,
               '3OcRJYB4d3h/iIeHeEh3eIhw+j3A', '{webp,jpeg}', ''
          FROM post
    )
    INSERT INTO like_slots (post_id, slot, likes) SELECT id, 0, 3 FROM post
"""

_FOLLOWS: Final = """
    WITH followed AS (
        INSERT INTO follows (follower_id, followee_id, followed_at)
        SELECT %(reader)s, id, 1705000000000 + place
          FROM (SELECT id, row_number() OVER (ORDER BY created_at) AS place FROM users
                 WHERE username LIKE 'person%%') AS person
         WHERE place <= %(many)s
        RETURNING followee_id
    )
    INSERT INTO profile_counters AS counter (user_id, following)
    SELECT %(reader)s, count(*) FROM followed
        ON CONFLICT (user_id) DO UPDATE SET following = excluded.following
"""

_BATCH: Final = 50_000


def load_people(connection: psycopg.Connection, many: int) -> None:
    """Store `many` people, `person1` and on."""
    connection.execute(_PEOPLE, {"first": 1, "last": many})


def load_posts(connection: psycopg.Connection, first: int, last: int, people: int) -> None:
    """Store published posts `first` to `last` of the people in turn, a second apart."""
    for begin in range(first, last + 1, _BATCH):
        end = min(begin + _BATCH - 1, last)
        connection.execute(_POSTS, {"first": begin, "last": end, "people": people})


def load_follows(connection: psycopg.Connection, reader: UUID, many: int) -> None:
    """Let a reader follow the first `many` people."""
    connection.execute(_FOLLOWS, {"reader": reader, "many": many})


def settle(connection: psycopg.Connection) -> None:
    """Give the planner its statistics, and the pages their visibility, before anything is timed."""
    connection.execute("VACUUM ANALYZE")
