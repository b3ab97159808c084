"""The home feed over HTTP: shown again while it holds, and while what it is read from is away."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import msgspec
import pytest

from instagram_app.http import shapes
from instagram_core.feed.service import FirstPages
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.feed import InMemoryFollowedPosts
from instagram_core.memory.posts import InMemoryViewerState
from tests.unit.instagram_app.http.people import Person, person, published_post
from tests.unit.instagram_app.http.served import Served, served

FEED = "/api/v1/feed"
ONE = f"{FEED}?limit=1"


@pytest.fixture
def ada(app: Served) -> Iterator[Person]:
    """Give somebody with two posts, whose timeline is there."""
    someone = person(app)
    for _ in range(2):
        published_post(app, someone)
    someone.http.get(FEED)
    settle(app)
    yield someone
    someone.http.close()


def settle(app: Served) -> None:
    """Return when nothing of the feed is under way any more."""
    app.run(app.application.services.feed.rebuilds.idle())
    app.run(app.application.services.feed.pages.idle())


def kept(app: Served, someone: Person, address: str = ONE) -> httpx.Response:
    """Give an answer that is kept when this returns."""
    answer = someone.http.get(address)
    settle(app)
    return answer


def looks(app: Served, result: str) -> float:
    """Give how many first pages were looked for with this result."""
    name = "instagram_feed_looks_total"
    return app.application.metrics.registry.get_sample_value(name, {"result": result}) or 0


def take_away_the_truth(patched: pytest.MonkeyPatch) -> None:
    """Let the database fail as one that cannot be reached."""

    async def away(*_: object) -> None:
        raise AdapterUnavailable("the database is away")

    patched.setattr(InMemoryFollowedPosts, "page", away)
    patched.setattr(InMemoryViewerState, "states", away)


def test_a_page_that_holds_is_shown_again_to_the_byte(app: Served, ada: Person) -> None:
    """Nobody but its reader may keep it."""
    first, hits = kept(app, ada), looks(app, "hit")
    again = ada.http.get(ONE)

    assert looks(app, "hit") == hits + 1
    assert again.content == first.content
    assert len(again.json()["posts"]) == 1
    assert again.json()["degraded"] is False
    assert again.headers["cache-control"] == first.headers["cache-control"] == "private, no-cache"
    assert again.headers["content-type"] == "application/json"


def test_head_of_a_kept_page_tells_its_length(app: Served, ada: Person) -> None:
    """And sends nothing of it."""
    body = kept(app, ada).content
    head = ada.http.head(ONE)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(body))


def test_each_length_has_a_page_of_its_own(app: Served, ada: Person) -> None:
    """Fifty is the most, however it is asked for."""
    kept(app, ada)
    assert len(kept(app, ada, FEED).json()["posts"]) == 2
    assert len(ada.http.get(ONE).json()["posts"]) == 1
    kept(app, ada, f"{FEED}?limit=50")
    hits = looks(app, "hit")
    ada.http.get(f"{FEED}?limit=900")
    assert looks(app, "hit") == hits + 1


def test_each_origin_has_a_page_of_its_own(app: Served, ada: Person) -> None:
    """Addresses of pictures lead to where the client reached the app."""
    for host in ("one.example", "two.example", "one.example", "two.example"):
        page = ada.http.get(FEED, headers={"host": host}).json()
        settle(app)
        links = [post["media"][0]["large_url"] for post in page["posts"]]
        assert all(link.startswith(f"http://{host}/media/") for link in links), links
        assert len(links) == 2


def test_a_cookie_is_as_good_as_a_token(app: Served, ada: Person) -> None:
    """The page is the person's, not the session's."""
    body = kept(app, ada).content
    with app.client() as browser:
        answer = browser.get(ONE, headers={"cookie": f"instagram_session={ada.token}"})
    assert answer.content == body


def test_a_kept_page_is_shown_to_nobody_else(app: Served, ada: Person) -> None:
    """Each has their own, and nobody without a session has one."""
    kept(app, ada)
    other = person(app)
    assert other.http.get(ONE).json()["posts"] == []
    with app.client() as nobody:
        assert nobody.get(ONE).status_code == 401


def test_what_a_reader_does_shows_in_their_next_read(app: Served, ada: Person) -> None:
    """A like and a new post, as soon as they are answered and published."""
    post = kept(app, ada).json()["posts"][0]["id"]
    ada.http.post(f"/api/v1/posts/{post}/like")
    assert ada.http.get(ONE).json()["posts"][0]["is_liked"] is True
    settle(app)
    newer = published_post(app, ada)
    assert ada.http.get(ONE).json()["posts"][0]["id"] == newer


@pytest.mark.parametrize("query", ["cursor=abc", "limit=0", "order=sideways", "limit=1&limit=2"])
def test_what_is_asked_wrongly_is_refused_though_it_was_looked_at_before(
    ada: Person, query: str
) -> None:
    """Reading ahead changes nothing of how a request is judged."""
    answer = ada.http.get(f"{FEED}?{query}")
    assert answer.status_code == (400 if "cursor" in query else 422)


def test_the_last_page_is_shown_while_the_truth_is_away_and_says_so(
    app: Served, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything in it; without a page of late, or for another page, 503."""
    page = kept(app, ada)
    published_post(app, ada)
    take_away_the_truth(monkeypatch)
    again = ada.http.get(ONE)
    cursor = page.json()["next_cursor"]
    missing = [
        person(app).http.get(ONE),
        ada.http.get(FEED, params={"limit": "3"}),
        ada.http.get(FEED, params={"limit": "1", "cursor": cursor}),
    ]

    assert again.status_code == 200
    assert again.json() == page.json() | {"degraded": True}
    assert [answer.status_code for answer in missing] == [503, 503, 503]
    assert all("retry-after" in answer.headers for answer in missing)


def test_a_page_that_holds_says_so_when_the_truth_is_known_to_be_away(
    app: Served, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows then what else there is by now."""
    page = kept(app, ada).json()
    monkeypatch.setattr(type(app.application.truth), "is_away", True)
    assert ada.http.get(ONE).json() == page | {"degraded": True}


def test_nothing_is_kept_where_settings_say_never(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the feed is away with what it is read from."""
    with served(tmp_path_factory.mktemp("data"), limits="off", feed_cache_seconds="0") as app:
        ada = person(app)
        published_post(app, ada)
        assert kept(app, ada, FEED).json()["degraded"] is False
        take_away_the_truth(monkeypatch)
        assert ada.http.get(FEED).status_code == 503


@pytest.mark.parametrize("limits", ["on", "off"])
def test_nothing_that_is_read_ahead_refuses_a_request(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, limits: str
) -> None:
    """What failed is asked once more, by whoever needs it."""
    with served(tmp_path_factory.mktemp("data"), limits=limits) as app:
        ada, asked, look = person(app), [0], FirstPages.look

        async def failing_once(self: FirstPages, *words: object) -> object:
            asked[0] += 1
            if asked[0] == 1:
                raise RuntimeError("not today")
            return await look(self, *words)  # type: ignore[arg-type]

        monkeypatch.setattr(FirstPages, "look", failing_once)
        assert (ada.http.get(FEED).status_code, asked[0]) == (200, 2)


def test_nothing_is_read_ahead_for_a_token_without_a_good_seal(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor for nobody, for a later page, or where nothing is read ahead at all."""
    ada, asked, look = person(app), [0], FirstPages.look

    async def counted(self: FirstPages, *words: object) -> object:
        asked[0] += 1
        return await look(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(FirstPages, "look", counted)
    forged = ada.token[:-4] + ("AAAA" if ada.token[-4:] != "AAAA" else "BBBB")
    for token in (None, "x" * 64, forged):
        with app.client(token) as client:
            assert client.get(FEED).status_code == 401
    ada.http.get("/api/v1/auth/me")
    assert ada.http.get(f"{FEED}?cursor=abc").status_code == 400
    assert asked == [0]
    assert (ada.http.get(FEED).status_code, asked) == (200, [1])


def test_over_the_limit_nothing_of_a_kept_page_is_shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It was read beside the limit, and is dropped with the refusal."""
    folder = tmp_path_factory.mktemp("data")
    with served(folder, limit_feed="3/60") as app:
        ada = person(app)
        pages = [kept(app, ada, FEED) for _ in range(4)]
        assert [page.status_code for page in pages] == [200, 200, 200, 429]
        assert pages[-1].json()["code"] == "rate_limited"
        assert looks(app, "hit") == 1


def test_what_is_read_ahead_ends_with_its_request(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that never answers keeps nobody beyond the deadline, and no task behind it."""
    ended = threading.Event()

    async def stuck(*_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with served(tmp_path_factory.mktemp("data"), limits="off", timeout_request="0.3") as app:
        ada = person(app)
        monkeypatch.setattr(FirstPages, "look", stuck)
        assert ada.http.get(FEED).status_code == 503
        assert ended.wait(timeout=5)


def test_what_was_read_ahead_for_a_session_that_ended_is_shown_to_nobody(
    app: Served, ada: Person
) -> None:
    """The seal of its token is as good as ever."""
    kept(app, ada)
    assert ada.http.post("/api/v1/auth/logout").status_code == 204
    answer = ada.http.get(ONE)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_invalid")


def test_marking_changes_one_word() -> None:
    """Whatever stands in the page."""
    page = shapes.Feed(posts=(), next_cursor=None, has_more=False)
    marked = shapes.marked_degraded(msgspec.json.encode(page))
    assert msgspec.json.decode(marked, type=shapes.Feed) == msgspec.structs.replace(
        page, degraded=True
    )
