"""The ranked feed over HTTP."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from instagram_core.accounts.model import UserId
from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.feed import InMemoryAffinities, InMemoryFollowedPosts
from instagram_core.memory.posts import InMemoryViewerState
from tests.unit.instagram_app.http.people import Person, person, published_post
from tests.unit.instagram_app.http.served import Served, served

FEED = "/api/v1/feed"
RANKED = {"order": "ranked"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give an app without limits that ranks the newest five posts."""
    folder = tmp_path_factory.mktemp("data")
    with served(folder, limits="off", feed_rank_candidates="5") as running:
        yield running


@pytest.fixture(scope="module")
def ada(app: Served) -> Iterator[Person]:
    """Give somebody who follows somebody of eight posts, the fourth newest of which many like."""
    someone, author = person(app), person(app)
    someone.http.post(f"/api/v1/users/{author.id}/follow")
    posts = [published_post(app, author) for _ in range(8)]
    for fan in [person(app) for _ in range(4)]:
        fan.http.post(f"/api/v1/posts/{posts[4]}/like")
    yield someone
    someone.http.close()


def walked(someone: Person, limit: int, **query: str) -> list[str]:
    """Give every post of a feed, page by page."""
    found: list[str] = []
    asked = {**query, "limit": str(limit)}
    while True:
        answer = someone.http.get(FEED, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [post["id"] for post in page["posts"]]
        if not page["has_more"]:
            assert page["next_cursor"] is None
            return found
        assert len(page["posts"]) == limit
        asked["cursor"] = page["next_cursor"]


def test_paging_gives_every_post_exactly_once(ada: Person) -> None:
    """The newest five ranked, the others in the order of time, and both orders the same posts."""
    by_time = walked(ada, 3)

    for limit in (1, 2, 5, 8, 20):
        found = walked(ada, limit, **RANKED)
        assert found[0] == by_time[3]
        assert sorted(found) == sorted(by_time)
        assert found[5:] == by_time[5:]


def test_the_default_is_the_order_of_time(ada: Person) -> None:
    """Whatever is worth more."""
    assert walked(ada, 3) == walked(ada, 3, order="chronological")
    assert walked(ada, 20) != walked(ada, 20, **RANKED)


def test_an_unknown_order_is_refused(ada: Person) -> None:
    """Naming those there are."""
    answer = ada.http.get(FEED, params={"order": "best"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "order", "message": "must be chronological or ranked"}
    ]


@pytest.mark.parametrize("limit", ["2", "6"])
def test_a_cursor_belongs_to_one_order(ada: Person, limit: str) -> None:
    """Within the ranked posts, and where the order of time goes on below them."""
    ranked = ada.http.get(FEED, params={**RANKED, "limit": limit}).json()["next_cursor"]
    by_time = ada.http.get(FEED, params={"limit": limit}).json()["next_cursor"]

    assert ada.http.get(FEED, params={**RANKED, "cursor": ranked}).status_code == 200
    wrong = [
        ada.http.get(FEED, params={"cursor": ranked}),
        ada.http.get(FEED, params={"order": "chronological", "cursor": ranked}),
        ada.http.get(FEED, params={**RANKED, "cursor": by_time}),
    ]
    assert [answer.status_code for answer in wrong] == [400, 400, 400]


def test_a_cursor_belongs_to_one_reader(app: Served, ada: Person) -> None:
    """As in every list."""
    cursor = ada.http.get(FEED, params={**RANKED, "limit": "2"}).json()["next_cursor"]
    other = person(app)

    assert other.http.get(FEED, params={**RANKED, "cursor": cursor}).status_code == 400


def test_the_answer_is_a_page_of_the_feed(ada: Person) -> None:
    """With everything in it, for its reader alone."""
    answer = ada.http.get(FEED, params={**RANKED, "limit": "1"})
    (post,) = answer.json()["posts"]

    assert answer.headers["cache-control"] == "private, no-cache"
    assert (post["like_count"], post["is_liked"], answer.json()["degraded"]) == (4, False, False)
    assert post["media"][0]["small_url"].startswith("http")


def test_looking_at_a_profile_brings_its_owner_closer(app: Served) -> None:
    """By id and by name, once an hour; nobody's own look, nor that of nobody."""
    ann, bob = person(app), person(app)
    for name in (bob.id, bob.username, ann.id):
        assert ann.http.get(f"/api/v1/users/{name}").status_code == 200
    with app.client() as nobody:
        assert nobody.get(f"/api/v1/users/{bob.id}").status_code == 200
    assert ann.http.get("/api/v1/users/nobody-of-this-name").status_code == 404
    services, relational = app.application.services, app.application.relational
    app.run(services.feed.visits.idle())

    now = round(app.application.clock.now().timestamp() * 1000)
    people = [UserId(UUID(each.id)) for each in (ann, bob)]
    by_ann, by_bob = (
        app.run(relational.affinities.strengths(user, people, now)) for user in people
    )
    assert {people[1]: 0.5} == {user: round(strength, 3) for user, strength in by_ann.items()}
    assert by_bob == {}


def test_affinities_that_cannot_be_read_are_no_error(
    app: Served, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are visits that cannot be recorded."""

    async def away(*_: object) -> None:
        raise AdapterUnavailable("the database is away")

    expected = walked(ada, 3, **RANKED)
    monkeypatch.setattr(InMemoryAffinities, "strengths", away)
    monkeypatch.setattr(InMemoryAffinities, "visited", away)

    assert walked(ada, 3, **RANKED) == expected
    assert ada.http.get(f"/api/v1/users/{person(app).id}").status_code == 200
    app.run(app.application.services.feed.visits.idle())


def test_the_last_first_page_is_shown_while_nothing_can_be_read(
    app: Served, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saying so; it leads on once the database is back. Who has none gets 503."""
    asked = {**RANKED, "limit": "3"}
    page = ada.http.get(FEED, params=asked).json()
    app.run(app.application.services.feed.pages.idle())

    async def away(*_: object) -> None:
        raise AdapterUnavailable("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(InMemoryFollowedPosts, "page", away)
        patched.setattr(InMemoryViewerState, "states", away)
        again = ada.http.get(FEED, params=asked)
        wrong = [
            ada.http.get(FEED, params={**asked, "cursor": page["next_cursor"]}),
            ada.http.get(FEED, params={**RANKED, "limit": "4"}),
        ]
    rest = ada.http.get(FEED, params={**asked, "cursor": again.json()["next_cursor"]})

    assert (again.status_code, again.json()) == (200, page | {"degraded": True})
    assert [answer.status_code for answer in wrong] == [503, 503]
    assert rest.status_code == 200
    shown = [post["id"] for body in (page, rest.json()) for post in body["posts"]]
    assert len(set(shown)) == 6
