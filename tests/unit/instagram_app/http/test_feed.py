"""The home feed over HTTP while what it is read from is away."""

import pytest

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.memory.feed import InMemoryFollowedPosts
from tests.unit.instagram_app.http.people import person, published_post
from tests.unit.instagram_app.http.served import Served, served


async def away(*_: object) -> None:
    """Fail as a database that cannot be reached."""
    raise AdapterUnavailable("the database is away")


def test_the_first_page_is_shown_again_and_says_so(
    app: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything in it, addresses of pictures too; without a page of late, 503."""
    ada, ben = person(app), person(app)
    published_post(app, ada)
    published_post(app, ada)
    page = ada.http.get("/api/v1/feed?limit=1").json()
    assert page["degraded"] is False

    monkeypatch.setattr(InMemoryFollowedPosts, "page", away)
    again = ada.http.get("/api/v1/feed?limit=1")
    missing = [
        ben.http.get("/api/v1/feed?limit=1"),
        ada.http.get("/api/v1/feed?limit=2"),
        ada.http.get("/api/v1/feed", params={"limit": "1", "cursor": page["next_cursor"]}),
    ]

    assert again.status_code == 200
    assert again.json() == page | {"degraded": True}
    assert [answer.status_code for answer in missing] == [503, 503, 503]
    assert all("retry-after" in answer.headers for answer in missing)


def test_nothing_is_kept_where_settings_say_never(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the feed is away with what it is read from."""
    with served(tmp_path_factory.mktemp("data"), limits="off", feed_cache_seconds="0") as app:
        ada = person(app)
        assert ada.http.get("/api/v1/feed").json()["degraded"] is False
        monkeypatch.setattr(InMemoryFollowedPosts, "page", away)
        assert ada.http.get("/api/v1/feed").status_code == 503
