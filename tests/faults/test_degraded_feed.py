"""The home feed while PostgreSQL is away: what Valkey still knows is shown, and says so."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.e2e.people import Person, register
from tests.e2e.running import RunningApp, fresh_folder, instagram, running
from tests.faults.dependencies import Dependency, start
from tests.faults.stage import seconds_until, settings_of

FEED = "/api/v1/feed"
SLOW = 0.3
"""Seconds: twice what Valkey is given."""
Scene = tuple[RunningApp, Dependency, Dependency]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Give an app with PostgreSQL and Valkey."""
    with ExitStack() as stack:
        servers = {name: start(name) for name in ("postgres", "valkey")}
        for server in servers.values():
            stack.callback(server.close)
        folder, settings = stack.enter_context(fresh_folder()), settings_of(servers)
        done = instagram("migrate", folder=folder, **settings)
        assert done.returncode == 0, done.stderr
        app = stack.enter_context(running(folder, "--port", "0", **settings))
        yield app, servers["postgres"], servers["valkey"]


def reader_of_a_page(app: RunningApp) -> tuple[Person, dict[str, object]]:
    """Give somebody who has just read their feed, and what was in it."""
    ada = register(app)
    for _ in range(2):
        ada.share()
    page = ada.http.get(FEED, params={"limit": "1"}).json()
    assert page["degraded"] is False
    return ada, page


def asked(person: Person, **params: str) -> tuple[httpx.Response, float]:
    """Give the answer and how long it took."""
    begun = time.monotonic()
    answer = person.http.get(FEED, params=params)
    return answer, time.monotonic() - begun


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_the_first_page_is_shown_from_valkey_while_postgres_is_away(
    scene: Scene, fault: str
) -> None:
    """As it was; other pages and other readers get 503, and all is well after the return."""
    app, postgres, _ = scene
    is_killed = fault == "killed"
    (ada, page), ben = reader_of_a_page(app), register(app)
    (postgres.kill if is_killed else postgres.freeze)()
    try:
        answer, seconds = asked(ada, limit="1")
        assert answer.status_code == 200, answer.text
        assert answer.json() == page | {"degraded": True}
        assert seconds < 5
        later, _ = asked(ada, limit="1", cursor=str(page["next_cursor"]))
        other, _ = asked(ben, limit="1")
        assert [later.status_code, other.status_code] == [503, 503]
        assert "retry-after" in other.headers
    finally:
        (postgres.restart if is_killed else postgres.thaw)()
    seconds_until(lambda: asked(ada, limit="1")[0].json() == page, most=15)
    assert app.defects() == []


def test_a_page_that_holds_needs_no_database_and_says_so_when_it_is_away(scene: Scene) -> None:
    """As soon as the process knows; a page that nobody may vouch for is not shown as new."""
    app, postgres, _ = scene
    ada, _ = reader_of_a_page(app)
    page: dict[str, object] = {}
    for _ in range(3):  # from the truth, from the timeline that was made of it, from the cache
        page = asked(ada, limit="1")[0].json()
    postgres.kill()
    try:
        shown = [asked(ada, limit="1")[0] for _ in range(3)]
        assert [answer.json() | {"degraded": False} for answer in shown] == [page] * 3
        seconds_until(lambda: asked(ada, limit="1")[0].json() == page | {"degraded": True}, most=20)
    finally:
        postgres.restart()
    seconds_until(lambda: asked(ada, limit="1")[0].json() == page, most=15)
    assert app.defects() == []


def test_valkey_may_lose_everything_and_feeds_go_on(scene: Scene) -> None:
    """Pages come from PostgreSQL while it is dead and when it is back, empty."""
    app, _, valkey = scene
    ada, page = reader_of_a_page(app)
    valkey.kill()
    try:
        for _ in range(5):
            assert asked(ada, limit="1")[0].json() == page
    finally:
        valkey.restart()
    assert asked(ada, limit="1")[0].json() == page
    assert app.defects() == []


@pytest.mark.parametrize("is_blocked", [False, True])
def test_nobody_blocked_just_before_is_shown_while_postgres_is_away(
    scene: Scene, *, is_blocked: bool
) -> None:
    """The page that was kept is void; otherwise it is shown."""
    app, postgres, _ = scene
    ada, ben = register(app), register(app)
    assert ada.follow(ben) == "following"
    post = ben.share()
    for _ in range(5):
        assert [each["id"] for each in asked(ada)[0].json()["posts"]] == [post]
    if is_blocked:
        assert ben.http.post(f"/api/v1/users/{ada.id}/block").is_success
    postgres.kill()
    try:
        answer, _ = asked(ada)
        if is_blocked:
            assert answer.status_code == 503, answer.text
        else:
            assert posts_of(answer) == [post]
    finally:
        postgres.restart()
    expected = [] if is_blocked else [post]
    seconds_until(lambda: ada.http.get("/api/v1/users/me").status_code == 200, most=15)
    assert posts_of(asked(ada)[0]) == expected
    assert app.defects() == []


def test_a_feed_is_paged_to_its_end_while_valkey_comes_and_goes(scene: Scene) -> None:
    """Each page comes from whatever is there, and none lacks or repeats a post."""
    app, _, valkey = scene
    ada = register(app)
    expected = [ada.share() for _ in range(6)][::-1]
    for _ in range(3):
        assert posts_of(asked(ada)[0]) == expected
    found, cursor = list[str](), ""
    for number in range(6):
        if number in {1, 4}:
            valkey.kill()
        if number in {3, 5}:
            valkey.restart()
        answer, seconds = asked(ada, limit="1", **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        assert seconds < 2
        found += posts_of(answer)
        cursor = str(answer.json()["next_cursor"])
    assert expected == found
    assert app.defects() == []


def test_a_slow_valkey_costs_a_feed_its_budget_at_most(scene: Scene) -> None:
    """What takes longer is not waited for: the feed comes from PostgreSQL."""
    app, _, valkey = scene
    ada = register(app)
    expected = [ada.share() for _ in range(2)][::-1]
    for _ in range(3):
        assert posts_of(asked(ada)[0]) == expected
    valkey.proxy.slow_down(SLOW)
    try:
        for _ in range(5):
            answer, seconds = asked(ada)
            assert posts_of(answer) == expected
            assert seconds < 1
        assert [each["id"] for each in ada.feed()] == expected
    finally:
        valkey.proxy.let_through()
    assert app.defects() == []


def posts_of(answer: httpx.Response) -> list[str]:
    """Give the posts of a page; none where there is no page."""
    return [str(each["id"]) for each in answer.json().get("posts", ())]
