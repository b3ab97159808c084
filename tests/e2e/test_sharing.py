"""The main job: from a photograph to a follower's feed."""

import time
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

from tests.e2e.people import PASSWORD, POSTS, Person, bearer, pages, photograph, register
from tests.e2e.running import RunningApp, running

SIZES = {"thumbnail": 150, "small": 320, "medium": 640, "large": 1080}


def test_a_photograph_reaches_a_followers_feed(app: RunningApp) -> None:
    """Two people register, one shares, the other follows, likes and sees it, four sizes of it."""
    ada, ben = register(app, "ada"), register(app, "ben")
    post = ada.share(
        photograph(), caption="At the lake 🌅", location="Lac Léman", alt_text="A lake"
    )

    assert ben.feed() == []
    assert ben.follow(ada) == "following"
    assert ben.http.post(f"{POSTS}/{post}/like").json()["like_count"] == 1
    (shown,) = ben.feed()
    assert (post, "At the lake 🌅", "Lac Léman", 1, True) == tuple(
        shown[name] for name in ("id", "caption", "location", "like_count", "is_liked")
    )
    assert shown["author"]["username"] == ada.username
    (media,) = shown["media"]
    assert media["alt_text"] == "A lake"
    assert media["placeholder"]
    for name, bound in SIZES.items():
        picture = rendition(app, shown[f"{name}_url"])
        assert max(picture.size) == bound
        assert abs(picture.width / picture.height - media["width"] / media["height"]) < 0.02


def rendition(app: RunningApp, url: str) -> Image.Image:
    """Give a picture as a browser gets it, checked in both encodings."""
    with app.client() as client:
        webp = client.get(url, headers={"accept": "image/webp,*/*"})
        jpeg = client.get(url, headers={"accept": "image/jpeg"})
    assert (webp.status_code, webp.headers["content-type"]) == (200, "image/webp")
    assert (jpeg.status_code, jpeg.headers["content-type"]) == (200, "image/jpeg")
    assert webp.headers["etag"] != jpeg.headers["etag"]
    picture, other = Image.open(BytesIO(webp.content)), Image.open(BytesIO(jpeg.content))
    assert ("WEBP", "JPEG", picture.size) == (picture.format, other.format, other.size)
    assert not picture.getexif()
    assert not other.getexif()
    return picture


def test_a_feed_is_complete_and_in_order(app: RunningApp) -> None:
    """Following shows what was shared before; unfollowing takes it away."""
    ada, ben, reader = (register(app) for _ in range(3))
    posts = [author.share() for author in (ada, ben, ada, ben, ada)]
    for author in (ada, ben):
        reader.follow(author)

    assert [post["id"] for post in reader.feed()] == posts[::-1]
    reader.http.delete(f"/api/v1/users/{ben.id}/follow")
    assert [post["id"] for post in reader.feed()] == posts[::-2]


def test_private_things_are_for_those_who_were_let_in(app: RunningApp) -> None:
    """On every surface, and at once."""
    ada, fan, stranger = (register(app) for _ in range(3))
    post = ada.share()
    url = stranger.http.get(f"{POSTS}/{post}").json()["large_url"]
    assert ada.http.patch("/api/v1/users/me", json={"is_private": True}).status_code == 200

    assert fan.follow(ada) == "requested"
    for viewer in (fan, stranger):
        assert hidden_from(viewer, ada, post) == {404}
        assert viewer.http.get(f"/api/v1/users/{ada.id}").status_code == 200
        assert viewer.http.get(url).status_code == 403
    assert fan.feed() == []
    assert ada.http.post(f"/api/v1/follow-requests/{fan.id}/accept").status_code == 204
    (shown,) = fan.feed()
    answer = fan.http.get(shown["large_url"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")
    assert hidden_from(stranger, ada, post) == {404}
    ada.http.patch("/api/v1/users/me", json={"is_private": False})
    assert hidden_from(stranger, ada, post) == {200}


def test_a_block_cuts_both_ways(app: RunningApp) -> None:
    """Follows and likes between the two end, and lifting it brings nothing back."""
    ada, ben, cat = (register(app) for _ in range(3))
    post = ada.share()
    for fan in (ben, cat):
        fan.follow(ada)
        fan.http.post(f"{POSTS}/{post}/like")
    ada.http.post(f"/api/v1/users/{ben.id}/block")

    assert hidden_from(ben, ada, post) == {404}
    assert ben.http.get(f"/api/v1/users/{ada.id}").status_code == 404
    assert ben.http.get(f"/api/v1/users/{ada.username}").status_code == 404
    assert ben.feed() == []
    assert ada.http.get(f"{POSTS}/{post}").json()["like_count"] == 1
    me = ada.http.get("/api/v1/users/me").json()
    assert (me["follower_count"], me["following_count"]) == (1, 0)
    ada.http.delete(f"/api/v1/users/{ben.id}/block")
    assert hidden_from(ben, ada, post) == {200}
    assert ben.feed() == []


def test_a_mute_hides_from_the_feed_and_nowhere_else(app: RunningApp) -> None:
    """What was written meanwhile comes back."""
    ada, ben = register(app), register(app)
    ben.follow(ada)
    ben.http.post(f"/api/v1/users/{ada.id}/mute")
    post = ada.share()

    assert ben.feed() == []
    assert hidden_from(ben, ada, post) == {200}
    ben.http.delete(f"/api/v1/users/{ada.id}/mute")
    assert [each["id"] for each in ben.feed()] == [post]


def test_a_hashtag_leads_to_posts_of_everybody(app: RunningApp) -> None:
    """Newest first, without a session; an edit counts at once, and so does going private."""
    ada, ben, cem = register(app), register(app), register(app)
    posts = [
        author.share(caption=caption)
        for author, caption in ((ada, "#Alpenglühen"), (ben, "🏔️#alpenglühen"), (ada, "שלום #הרים"))
    ]
    edited = ada.http.patch(f"{POSTS}/{posts[2]}", json={"caption": "#ALPENGLU\u0308HEN"})
    assert edited.status_code == 200
    cem.http.post(f"/api/v1/users/{ben.id}/mute")
    cem.follow(ada)

    assert tagged(app, None, "alpenglühen") == posts[::-1]
    assert tagged(app, cem, "Alpengl%C3%BChen") == [posts[2], posts[0]]
    assert tagged(app, None, "הרים") == []
    ada.http.patch("/api/v1/users/me", json={"is_private": True})
    assert tagged(app, None, "alpenglühen") == [posts[1]]
    assert tagged(app, cem, "alpenglühen") == [posts[2], posts[0]]
    ada.http.delete(f"{POSTS}/{posts[0]}")
    assert tagged(app, ada, "alpenglühen") == [posts[2], posts[1]]


def tagged(app: RunningApp, viewer: Person | None, tag: str) -> list[str]:
    """Give the posts of a hashtag as somebody, or nobody, sees them."""
    with app.client() as nobody:
        http = nobody if viewer is None else viewer.http
        return [post["id"] for post in pages(http, f"/api/v1/feed/hashtag/{tag}", "posts", limit=1)]


def hidden_from(viewer: Person, author: Person, post: str) -> set[int]:
    """Give the answers to whatever shows content of an author."""
    paths = (
        f"{POSTS}/{post}",
        f"{POSTS}/{post}/likes",
        f"/api/v1/users/{author.id}/posts",
        f"/api/v1/users/{author.id}/followers",
        f"/api/v1/users/{author.id}/following",
    )
    return {viewer.http.get(path).status_code for path in paths}


def test_deleting_leaves_nothing(app: RunningApp) -> None:
    """Neither in lists nor at addresses; the account's name stays taken."""
    ada, ben = register(app), register(app)
    ben.follow(ada)
    post = ada.share()
    url = ben.http.get(f"{POSTS}/{post}").json()["large_url"]
    assert ada.http.delete(f"{POSTS}/{post}").status_code == 204

    assert ben.feed() == []
    assert ben.http.get(f"{POSTS}/{post}").status_code == 404
    assert ben.http.get(url).status_code == 403
    other = ada.share()
    gone = ada.http.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})
    assert gone.status_code == 202
    assert hidden_from(ben, ada, other) == {404}
    assert ben.feed() == []
    body = {"username": ada.username, "email": "new@example.org", "password": PASSWORD}
    with app.client() as client:
        assert client.post("/api/v1/auth/register", json=body).status_code == 409
        login = {"login": ada.username, "password": PASSWORD}
        assert client.post("/api/v1/auth/login", json=login).status_code == 401


def test_sessions_end_one_by_one_and_by_a_new_password(app: RunningApp) -> None:
    """Each device is its own."""
    ada = register(app)

    def login(password: str) -> httpx.Response:
        body = {"login": ada.username, "password": password}
        with app.client() as client:
            return client.post("/api/v1/auth/login", json=body)

    others = [app.client(bearer(login(PASSWORD).json()["token"])) for _ in range(3)]
    sessions = ada.http.get("/api/v1/auth/sessions").json()["sessions"]
    assert [each["is_current"] for each in sessions] == [False, False, False, True]
    assert others[0].post("/api/v1/auth/logout").status_code == 204
    ada.http.delete(f"/api/v1/auth/sessions/{sessions[1]['id']}")
    assert [each.get("/api/v1/auth/me").status_code for each in others] == [401, 401, 200]
    change = {"current": PASSWORD, "new": "a wholly new password"}
    assert ada.http.put("/api/v1/auth/password", json=change).status_code == 204
    assert others[2].get("/api/v1/auth/me").status_code == 401
    assert ada.http.get("/api/v1/auth/me").status_code == 200
    assert [login(word).status_code for word in (PASSWORD, change["new"])] == [401, 200]


def test_limits_are_kept_without_being_asked_for(folder: Path) -> None:
    """Ten posts an hour, with the answer saying when there may be more."""
    with running(folder) as app:
        ada = register(app)
        answers = [ada.upload(b"no picture") for _ in range(11)]
        refused_at = time.time()
        feeds = [ada.http.get("/api/v1/feed").status_code for _ in range(61)]

    assert [answer.status_code for answer in answers] == [415] * 10 + [429]
    assert feeds == [200] * 60 + [429]
    refused = answers[-1]
    assert (
        refused.headers["x-ratelimit-limit"],
        refused.headers["x-ratelimit-remaining"],
    ) == ("10", "0")
    ends = int(refused.headers["x-ratelimit-reset"]) - refused_at
    assert 3500 < ends <= 3601
    assert abs(int(refused.headers["retry-after"]) - ends) < 5
