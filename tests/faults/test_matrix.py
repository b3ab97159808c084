"""Each fault of each server: no 500, no late answer, nothing acknowledged lost, back by itself."""

import json
import statistics
import time
from collections.abc import Mapping
from typing import Final

import pytest

from tests.e2e.people import POSTS, pages
from tests.e2e.running import RunningApp, running
from tests.faults.befalling import FAULTS
from tests.faults.dependencies import NAMES, is_carried
from tests.faults.stage import IDLE, Stage, away, seconds_until, settings_of
from tests.faults.table import Row
from tests.faults.traffic import KINDS, UNAVAILABLE, Answer, Traffic

_SLACK: Final = 1.0
"""For a machine that does other things too."""
_DEADLINES: Final = dict.fromkeys(KINDS, 5.0) | {"uploads": 11.0}
"""Of an upload: S3's own five seconds, its size at 1 MB/s, and a request's five after that."""
_GOES_ON: Final[Mapping[str, frozenset[str]]] = {
    "postgres": frozenset({"health"}),
    "valkey": frozenset(KINDS),
    "amqp": frozenset(KINDS),
    "s3": frozenset(KINDS) - {"uploads"},
    "cassandra": frozenset(KINDS),
}
"""What is answered well although the server is away."""
_KNOWN: Final = {"killed", "frozen"}
"""Faults after which the breaker must be open."""
_AT_ONCE: Final = 0.05
_BACK: Final = 8.0
_BEFORE: Final = 0.5
"""Seconds of good weather, so that the fault comes in the middle of requests."""
_RUNNING: Final = [name for name in FAULTS if name != "started late"]
_ABSENT: Final = "this version has no adapter for it"


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Give each server that the app can use."""
    if not is_carried(request.param):
        pytest.skip(_ABSENT)
    return str(request.param)


@pytest.mark.parametrize("fault", _RUNNING)
def test_the_app_bears_it(name: str, fault: str, played: Stage, rows: list[Row]) -> None:
    """While people use the app."""
    server, befalls = played.servers[name], FAULTS[fault]
    traffic = played.traffic()
    try:
        with traffic.going_on():
            time.sleep(_BEFORE)
            begun = time.monotonic()
            befalls.begin(server)
            time.sleep(befalls.seconds)
        answers = traffic.since(begun)
        known = away(played.app)
        refused = _refusals(played.app, traffic) if known else None
    finally:
        befalls.end(server)
    recovery = seconds_until(lambda: _is_well(played.app, traffic), most=_BACK)

    rows.append(Row(name, fault, answers, refused, recovery))
    _judge(name, tuple(traffic.answers))
    if fault in _KNOWN and name not in IDLE:
        assert known == {name}
        assert refused is None or refused < _AT_ONCE
    _nothing_is_lost(traffic)


def test_the_app_starts_without_it(name: str, played: Stage, rows: list[Row]) -> None:
    """And takes it up when it comes; readiness is about the process."""
    server, befalls = played.servers[name], FAULTS["started late"]
    traffic = played.traffic()
    befalls.begin(server)
    try:
        with running(played.folder, "--port", "0", **settings_of(played.servers)) as late:
            traffic.move_to(late)
            with traffic.going_on():
                time.sleep(befalls.seconds)
            answers, known = tuple(traffic.answers), away(late)
            refused = _refusals(late, traffic) if known else None
            befalls.end(server)
            recovery = seconds_until(lambda: _is_well(late, traffic), most=_BACK)

            rows.append(Row(name, befalls.name, answers, refused, recovery))
            _judge(name, tuple(traffic.answers))
            _nothing_is_lost(traffic)
    finally:
        befalls.end(server)


def _judge(name: str, answers: tuple[Answer, ...]) -> None:
    refusals = [one for one in answers if not one.is_good]
    assert [one for one in refusals if one.status != UNAVAILABLE] == []
    assert {one.kind for one in refusals}.isdisjoint(_GOES_ON[name])
    late = [one for one in answers if one.seconds > _DEADLINES[one.kind] + _SLACK]
    assert late == []
    assert [one for one in refusals if one.retry_after not in {"1", "2", "3", "4", "5"}] == []
    assert not any(one.names_something for one in refusals)


def _refusals(app: RunningApp, traffic: Traffic) -> float | None:
    """Give the seconds of the median refusal, as the server measured them."""
    begun = len(app.log.read_text())
    for _ in range(3):
        traffic.once()
    told = app.log.read_text()[begun:].splitlines()
    lines = [json.loads(line) for line in told if line.startswith("{")]
    refused = [line["milliseconds"] / 1000 for line in lines if line.get("status") == UNAVAILABLE]
    return statistics.median(refused) if refused else None


def _is_well(app: RunningApp, traffic: Traffic) -> bool:
    return not away(app) and all(one.is_good for one in traffic.once().values())


def _nothing_is_lost(traffic: Traffic) -> None:
    me, done = traffic.person, traffic.done
    person = me.http
    shown = {post: person.get(f"{POSTS}/{post}").json()["is_liked"] for post in done.likes}
    assert [post for post, is_liked in shown.items() if not is_liked] == []
    for key in tuple(done.unknown):
        assert traffic.upload(person, key).status_code == 202
    for key, post in tuple(done.posts.items()):
        again = traffic.upload(person, key)
        assert (again.json()["post_id"], again.headers["idempotency-replayed"]) == (post, "true")
    assert {me.settled(post)["status"] for post in done.posts.values()} <= {"published"}
    mine = pages(person, f"/api/v1/users/{me.id}/posts", "posts")
    assert sorted(each["caption"] for each in mine) == sorted(done.posts)
