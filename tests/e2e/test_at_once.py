"""Many people at once: what is counted is what is there."""

import threading
from collections.abc import Callable

import httpx

from tests.e2e.people import POSTS, pages, register, small_photo
from tests.e2e.running import RunningApp

PEOPLE = 20
TOGGLES = 1000


def test_likes_are_counted_exactly_under_a_hammer(app: RunningApp) -> None:
    """Two threads like and unlike one post 1,000 times from 20 accounts: count = list."""
    author = register(app)
    post = author.share()
    people = [register(app) for _ in range(PEOPLE)]
    path, statuses = f"{POSTS}/{post}/like", list[int]()

    def hammer(offset: int) -> None:
        for turn in range(TOGGLES):
            person = people[(turn * 7 + offset) % PEOPLE]
            call = person.http.post if (turn // 3 + offset) % 2 else person.http.delete
            statuses.append(call(path).status_code)

    _at_once([lambda: hammer(0), lambda: hammer(1)])

    assert set(statuses) == {200}
    assert len(statuses) == 2 * TOGGLES
    listed = [user["id"] for user in pages(author.http, f"{POSTS}/{post}/likes", "users", limit=7)]
    shown = author.http.get(f"{POSTS}/{post}").json()
    assert len(set(listed)) == len(listed) == shown["like_count"]
    liked = [each.http.get(f"{POSTS}/{post}").json()["is_liked"] for each in people]
    assert [each.id in listed for each in people] == liked


def test_two_who_follow_and_block_each_other_at_once_are_not_half_connected(
    app: RunningApp,
) -> None:
    """No deadlock, no error, and counts that fit the lists."""
    ada, ben = register(app), register(app)
    statuses = list[int]()

    def quarrel(one: httpx.Client, other: str) -> None:
        for _ in range(25):
            for method, what in (("POST", "follow"), ("POST", "block"), ("DELETE", "block")):
                statuses.append(one.request(method, f"/api/v1/users/{other}/{what}").status_code)

    _at_once([lambda: quarrel(ada.http, ben.id), lambda: quarrel(ben.http, ada.id)])

    assert set(statuses) <= {200, 204, 404, 409}
    for person, other in ((ada, ben), (ben, ada)):
        me = person.http.get("/api/v1/users/me").json()
        for name in ("followers", "following"):
            path = f"/api/v1/users/{person.id}/{name}"
            listed = [user["id"] for user in pages(person.http, path, "users")]
            assert len(listed) == me[f"{name.removesuffix('s')}_count"]
            assert set(listed) <= {other.id}


def test_the_same_upload_at_once_is_one_post(app: RunningApp) -> None:
    """Whoever comes second waits, and gets what the first got."""
    ada, answers = register(app), list[httpx.Response]()

    def send() -> None:
        with app.client(dict(ada.http.headers)) as client:
            answers.append(
                client.post(
                    POSTS,
                    files={"media": ("a", small_photo())},
                    headers={"idempotency-key": "at-once"},
                )
            )

    _at_once([send] * 8)

    assert {answer.status_code for answer in answers} == {202}
    (post,) = {answer.json()["post_id"] for answer in answers}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert ada.settled(post)["status"] == "published"
    assert [each["id"] for each in ada.feed()] == [post]


def test_a_name_is_given_once(app: RunningApp) -> None:
    """Of several who ask at once, one gets it."""
    statuses = list[int]()

    def sign_up(number: int) -> None:
        body = {
            "username": "the.same",
            "email": f"same{number}@example.org",
            "password": "correct horse battery",
        }
        with app.client() as client:
            statuses.append(client.post("/api/v1/auth/register", json=body).status_code)

    _at_once([lambda number=number: sign_up(number) for number in range(6)])  # type: ignore[misc]

    assert sorted(statuses) == [201] + [409] * 5


def _at_once(works: list[Callable[[], None]]) -> None:
    errors = list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    if errors:
        raise errors[0]
