"""What somebody does shows in the next read of every feed it concerns, before any job ran."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import httpx
import pytest

from instagram_core.jobs.model import Job
from instagram_core.jobs.service import Handlers
from tests.unit.instagram_app.http.people import Person, person, published_post
from tests.unit.instagram_app.http.served import Served

FEED = "/api/v1/feed"


@attrs.frozen
class Stage:
    """Ada follows Bea, not Cem; each of these has a post, and Ada's first page is kept."""

    app: Served
    ada: Person
    bea: Person
    cem: Person
    posts: dict[str, str]
    """The post of each author."""

    def settle(self) -> None:
        """Return when nothing of the feed is under way any more."""
        feed = self.app.application.services.feed
        self.app.run(feed.rebuilds.idle())
        self.app.run(feed.pages.idle())

    def shown(self) -> list[dict[str, Any]]:
        """Give what Ada's feed shows."""
        answer = self.ada.http.get(FEED)
        assert answer.status_code == 200, answer.text
        posts: list[dict[str, Any]] = answer.json()["posts"]
        return posts

    def ids(self) -> list[str]:
        """Give the posts of Ada's feed."""
        return [post["id"] for post in self.shown()]

    def warm(self) -> None:
        """Have Ada's timeline made and her first page kept: the next read finds both."""
        for _ in range(3):
            self.shown()
            self.settle()
        hits = self.hits()
        self.shown()
        assert self.hits() == hits + 1

    def hits(self) -> float:
        """Give how many pages were shown again."""
        registry = self.app.application.metrics.registry
        return registry.get_sample_value("instagram_feed_looks_total", {"result": "hit"}) or 0


@pytest.fixture
def stage(app: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give a stage on which no job does anything any more."""
    ada, bea, cem = person(app), person(app), person(app)
    ada.http.post(f"/api/v1/users/{bea.id}/follow").raise_for_status()
    posts = {each.id: published_post(app, each) for each in (bea, cem)}
    stage = Stage(app, ada, bea, cem, posts)

    async def ignore(_: Handlers, __: Job) -> str:
        return "ignored"

    monkeypatch.setattr(Handlers, "handle", ignore)
    stage.warm()
    yield stage
    for each in (ada, bea, cem):
        each.http.close()


Act = Callable[[Stage], httpx.Response]
KEY = {"idempotency-key": "once"}


def users(who: str, what: str = "") -> str:
    """Give an address of somebody."""
    return f"/api/v1/users/{who}{what}"


GONE: list[Act] = [
    lambda s: s.ada.http.delete(users(s.bea.id, "/follow")),
    lambda s: s.bea.http.delete(users("me", f"/followers/{s.ada.id}")),
    lambda s: s.ada.http.post(users(s.bea.id, "/mute"), headers=KEY),
    lambda s: s.ada.http.post(users(s.bea.id, "/block"), headers=KEY),
    lambda s: s.bea.http.post(users(s.ada.id, "/block"), headers=KEY),
    lambda s: s.bea.http.delete(f"/api/v1/posts/{s.posts[s.bea.id]}"),
]


@pytest.mark.parametrize("act", GONE)
def test_what_belongs_to_a_feed_no_more_is_gone_from_a_kept_page(stage: Stage, act: Act) -> None:
    """Whoever did it, with a key or without."""
    assert stage.ids() == [stage.posts[stage.bea.id]]

    act(stage).raise_for_status()

    assert stage.ids() == []


def test_whom_one_follows_is_there(stage: Stage) -> None:
    """With a key too; and once their timeline is made anew."""
    stage.ada.http.post(users(stage.cem.id, "/follow"), headers=KEY).raise_for_status()

    for _ in range(3):
        assert stage.ids() == [stage.posts[stage.cem.id], stage.posts[stage.bea.id]]
        stage.settle()


def test_a_like_shows_and_so_does_its_end(stage: Stage) -> None:
    """To the one who likes, with a key too."""
    like = f"/api/v1/posts/{stage.posts[stage.bea.id]}/like"

    stage.ada.http.post(like, headers=KEY).raise_for_status()
    assert [(post["is_liked"], post["like_count"]) for post in stage.shown()] == [(True, 1)]
    stage.warm()
    stage.ada.http.delete(like).raise_for_status()
    assert [(post["is_liked"], post["like_count"]) for post in stage.shown()] == [(False, 0)]


def test_an_edited_text_shows(stage: Stage) -> None:
    """To whoever follows."""
    address = f"/api/v1/posts/{stage.posts[stage.bea.id]}"

    stage.bea.http.patch(address, json={"caption": "better words"}).raise_for_status()

    assert [post["caption"] for post in stage.shown()] == ["better words"]


def test_a_changed_name_shows(stage: Stage) -> None:
    """Beside every post of the one who changed it."""
    stage.bea.http.patch(users("me"), json={"display_name": "Beatrice"}).raise_for_status()

    assert [post["author"]["display_name"] for post in stage.shown()] == ["Beatrice"]


def test_a_suspended_author_is_gone(stage: Stage) -> None:
    """As soon as the operator's command has ended."""
    administration = stage.app.application.services.accounts.administration
    account = stage.app.run(administration.find(stage.bea.username))

    stage.app.run(administration.suspend(account.user.id))

    assert stage.ids() == []


def test_what_others_like_leaves_a_kept_page(stage: Stage) -> None:
    """Nothing that rests on it has changed but a number."""
    hits = stage.hits()

    like = f"/api/v1/posts/{stage.posts[stage.bea.id]}/like"
    stage.cem.http.post(like).raise_for_status()

    assert len(stage.shown()) == 1
    assert stage.hits() == hits + 1
