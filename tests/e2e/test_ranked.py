"""The ranked feed: what somebody cares for first, all of it once, also across a restart."""

from pathlib import Path

from tests.e2e.people import POSTS, Person, register
from tests.e2e.running import RunningApp, running

RANKED = {"order": "ranked", "limit": "2"}


def shared(app: RunningApp) -> tuple[Person, list[str]]:
    """Give somebody who follows two people, and all posts they see, newest first."""
    reader, ada, ben = (register(app, name) for name in ("reader", "ada", "ben"))
    posts = [author.share() for author in (ada, ben, ada, ben, ada, ben)]
    for author in (ada, ben):
        reader.follow(author)
    return reader, posts[::-1]


def page(reader: Person, cursor: str | None = None) -> tuple[list[str], str | None]:
    """Give the posts of a page, and what leads to the next."""
    query = RANKED if cursor is None else {**RANKED, "cursor": cursor}
    answer = reader.http.get("/api/v1/feed", params=query)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert len(body["posts"]) == 2
    return [post["id"] for post in body["posts"]], body["next_cursor"]


def rest(reader: Person, cursor: str | None) -> list[str]:
    """Give all that follows."""
    found: list[str] = []
    while cursor is not None:
        posts, cursor = page(reader, cursor)
        found += posts
    return found


def test_what_is_liked_comes_first_and_everything_once(app: RunningApp) -> None:
    """Also while others like on: the order is that of the first page."""
    reader, posts = shared(app)
    for fan in [register(app) for _ in range(5)]:
        fan.http.post(f"{POSTS}/{posts[3]}/like")

    found, cursor = page(reader)
    for fan in [register(app) for _ in range(5)]:
        fan.http.post(f"{POSTS}/{posts[5]}/like")
    found += rest(reader, cursor)

    assert found[0] == posts[3]
    assert sorted(found) == sorted(posts)
    assert [post["id"] for post in reader.feed()] == posts


def test_a_profile_one_looks_at_comes_closer(app: RunningApp) -> None:
    """Once it was recorded, which nobody waits for."""
    reader, posts = shared(app)
    assert page(reader)[0][0] == posts[0]
    author = reader.http.get(f"{POSTS}/{posts[1]}").json()["author"]["id"]

    assert reader.http.get(f"/api/v1/users/{author}").status_code == 200

    assert any(page(reader)[0][0] == posts[1] for _ in range(100))


def test_a_visit_goes_on_after_a_restart(folder: Path) -> None:
    """An order that was lost is made again; nothing new comes into it."""
    with running(folder, limits="off") as app:
        reader, posts = shared(app)
        found, cursor = page(reader)
    with running(folder, limits="off") as app:
        reader = reader.on(app)
        reader.share()
        found += rest(reader, cursor)

        assert sorted(found) == sorted(posts)
