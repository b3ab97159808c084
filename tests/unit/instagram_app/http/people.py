"""People of the tests, and the files they share."""

import itertools
import time
from io import BytesIO
from uuid import UUID

import attrs
import httpx
from PIL import Image

from instagram_core.posts.model import PostId, PostStatus
from tests.unit.instagram_app.http.served import Served

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


@attrs.frozen(kw_only=True)
class Person:
    """Somebody with an account."""

    id: str
    username: str
    token: str
    http: httpx.Client


def person(app: Served, name: str = "person") -> Person:
    """Give somebody new, signed in by token."""
    username = f"{name}{next(_numbers)}"
    body = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    with app.client() as client:
        answer = client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    signed_in = answer.json()
    return Person(
        id=signed_in["user"]["id"],
        username=username,
        token=signed_in["token"],
        http=app.client(signed_in["token"]),
    )


def png(width: int = 8, height: int = 6, colour: tuple[int, int, int] = (200, 30, 90)) -> bytes:
    """Give a small picture."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def published_post(app: Served, someone: Person, **fields: str) -> str:
    """Give the id of a post that everybody who may can see."""
    post = shared_post(someone, **fields)
    wait_until_published(app, post)
    return post


def shared_post(someone: Person, **fields: str) -> str:
    """Give the id of a post that somebody just shared."""
    answer = someone.http.post("/api/v1/posts", files={"media": ("a.png", png())}, data=fields)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["post_id"])


def wait_until_published(app: Served, post: str) -> None:
    """Return when the worker has published the post; asked of the store, not to spend limits."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = app.run(app.application.relational.posts.get_many([PostId(UUID(post))]))
        if found[PostId(UUID(post))].post.status is PostStatus.PUBLISHED:
            return
    raise AssertionError(f"post {post} is not published")
