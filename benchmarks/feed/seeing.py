"""From publishing to the last follower's eyes: by pushing, and by pulling.

A photograph is uploaded over HTTP to the app as it is run (full profile: two HTTP processes and the
worker of `serve`; embedded: the one process). The clock runs from the time that the publishing
statement gives the post, which is before its commit, to the answer of the first page of 20 that
shows it to the follower whom the fan-out reaches last. They ask on one connection, again two
milliseconds after each answer. Five posts each, medians; the slowest is told.

By pushing: every follower has a full timeline of 500. By pulling: the threshold is below the
number of followers, and the author has crossed it. Embedded, 100,000 full timelines are not kept in
one process: that many followers are beyond the default threshold anyway.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from io import BytesIO
from typing import Final
from uuid import UUID

import httpx
from PIL import Image

from benchmarks.feed import crowd
from benchmarks.feed.arena import NEVER_PULLED, Arena
from benchmarks.feed.crossed import cross
from benchmarks.feed.figures import below, judged
from benchmarks.feed.warm import multiplied, rebuilt, visited
from benchmarks.load import request
from benchmarks.report import Line
from benchmarks.visitor import Visitor

_TARGETS: Final = {1_000: 100, 10_000: 500, 100_000: 3_000}
"""Milliseconds by followers."""
_PUSHED: Final = {"full": (1_000, 10_000, 100_000), "embedded": (1_000, 10_000)}
_AUTHORS: Final = {1_000: 1, 10_000: 2, 100_000: 3}
_FIRST: Final = {1_000: 1_001, 10_000: 10_001, 100_000: 200_001}
"""The number of the first follower; all others come after them."""
_EACH: Final = 600
_ROUNDS: Final = 5
_THRESHOLD: Final = 500
_PATIENCE: Final = 20.0
_PAUSE: Final = 0.002


async def measure(arena: Arena) -> Sequence[Line]:
    """Give the lines, by pushing and then by pulling."""
    tokens = _filled(arena)
    pushed = [await _seen(arena, many, tokens, is_pushed=True) for many in _PUSHED[arena.profile]]
    return [*pushed, *[await _seen(arena, many, tokens, is_pushed=False) for many in _TARGETS]]


def _followers(many: int) -> range:
    return range(_FIRST[many], _FIRST[many] + many)


def _filled(arena: Arena) -> dict[int, str]:
    """Load authors and followers, who follow one author each; give everybody's token."""
    connection, authors = arena.connection, [*_AUTHORS.values()]
    people = [*authors, *(each for many in _TARGETS for each in _followers(many))]
    crowd.load_people(connection, people)
    for many, author in _AUTHORS.items():
        crowd.load_follows(connection, ((each, author) for each in _followers(many)))
    turns = range(_EACH * len(authors))
    crowd.load_posts(connection, [(n, authors[n % len(authors)]) for n in turns])
    crowd.settle(connection)
    needed = [*authors, *_followers(1_000), *_followers(10_000), _followers(100_000)[-1]]
    return dict(zip(needed, crowd.load_sessions(connection, needed), strict=True))


async def _seen(arena: Arena, many: int, tokens: dict[int, str], *, is_pushed: bool) -> Line:
    author, followers = _AUTHORS[many], _followers(many)
    rule = {"feed_push_threshold": NEVER_PULLED if is_pushed else _THRESHOLD}
    processes = 1 if arena.valkey is None else 2
    if not is_pushed:
        async with arena.opened(rule) as application:
            await cross(application, arena.connection, [crowd.person_id(author)], _THRESHOLD)
    async with arena.serving(rule, processes=processes, has_worker=True) as port:
        await _warm(arena, port, many, tokens, is_pushed=is_pushed)
        waits = [
            await _published(arena, port, tokens[author], tokens[followers[-1]])
            for _ in range(_ROUNDS)
        ]
    return judged(
        f"published → seen by the last of {many:,}, by {'pushing' if is_pushed else 'pulling'}",
        below(_TARGETS[many]),
        ours=statistics.median(waits),
        unit="ms",
        note=f"slowest of {_ROUNDS}: {max(waits):.0f} ms",
    )


async def _warm(
    arena: Arena, port: int, many: int, tokens: dict[int, str], *, is_pushed: bool
) -> None:
    """Let everybody who is pushed to have a timeline, and the last follower a page that is kept."""
    followers = _followers(many)
    last = _ask(tokens[followers[-1]])
    if is_pushed and arena.valkey is None:
        await visited(port, [_ask(tokens[each]) for each in followers], seconds=5 + many / 250)
    elif is_pushed:
        people = [crowd.person_id(each) for each in followers]
        async with arena.opened({"feed_push_threshold": NEVER_PULLED}) as application:
            await rebuilt(application, people[-1])
        async with arena.connected() as client:
            await multiplied(client, people[-1], people[:-1])
    await visited(port, [last], seconds=1)


async def _published(arena: Arena, port: int, writer: str, reader: str) -> float:
    """Upload a photograph; give the milliseconds from its publishing until the reader sees it."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1") as client:
        files = {"media": ("photograph.jpg", _photograph())}
        headers = {"Authorization": f"Bearer {writer}"}
        answer = await client.post("/posts", files=files, headers=headers)
        answer.raise_for_status()
    post = _id_of(answer.content)
    sought, ask, until = post.encode(), _ask(reader), time.monotonic() + _PATIENCE
    async with Visitor.to(port) as visitor:
        while True:
            status, body = await visitor.ask(ask)
            seen_at = time.time() * 1000
            assert status == 200
            if sought in body:
                break
            assert time.monotonic() < until, "the post is not shown"
            await asyncio.sleep(_PAUSE)
    sql = "SELECT shared_at FROM posts WHERE id = %s"
    row = arena.connection.execute(sql, [UUID(post)]).fetchone()
    assert row is not None
    return seen_at - float(row[0])


def _id_of(body: bytes) -> str:
    return str(json.loads(body)["post_id"])


def _photograph() -> bytes:
    file = BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


def _ask(token: str) -> bytes:
    return request("GET", "/api/v1/feed?limit=20", {"Authorization": f"Bearer {token}"})
