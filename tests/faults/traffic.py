"""People who go on using the app while something is wrong, and what they were answered."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import attrs
import httpx

from tests.e2e.people import PASSWORD, POSTS, Person, register, small_photo
from tests.e2e.running import RunningApp

KINDS: Final = ("reads", "writes", "sign-ins", "uploads", "media", "health")
_PAUSE: Final = {"sign-ins": 0.6, "uploads": 2.0}
_AT_ONCE: Final = {"uploads": 3}  # so that a server which only these use is found out
_USUAL_PAUSE: Final = 0.05
_SECRETS: Final = ("postgres", "valkey", "redis", "s3", "amqp", "rabbit", "cassandra", "127.0.0.1")
UNAVAILABLE: Final = 503
NO_ANSWER: Final = 599
"""Stands for a connection that ended without an answer."""


@attrs.frozen(kw_only=True)
class Answer:
    """What one request came to."""

    kind: str
    status: int
    begun: float
    """By the clock that never goes back."""
    seconds: float
    retry_after: str | None
    told: str
    """What a refusal says."""

    @property
    def is_good(self) -> bool:
        """Tell whether it was what was asked for."""
        return self.status < 400

    @property
    def names_something(self) -> bool:
        """Tell whether a refusal says what is behind the app."""
        return any(word in self.told.lower() for word in _SECRETS)


@attrs.define(kw_only=True)
class Acknowledged:
    """What was answered as done, and what was tried without knowing."""

    likes: set[str] = attrs.field(factory=set)
    posts: dict[str, str] = attrs.field(factory=dict)
    """By key of the upload."""
    unknown: set[str] = attrs.field(factory=set)
    """Keys of uploads that were refused."""


class Traffic:
    """One person who reads, likes, signs in and uploads, at the same time, until stopped."""

    _numbers = itertools.count()

    def __init__(self, app: RunningApp, author: Person, posts: list[str], picture: str) -> None:
        """Use `app` as somebody new who follows `author`, whose posts and picture are there."""
        self._app = app
        self.person = register(app, "reader")
        assert self.person.follow(author) == "following"
        self._posts = posts
        self._picture = picture
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.answers: list[Answer] = []
        self.done = Acknowledged()

    def move_to(self, app: RunningApp) -> None:
        """Use another process of the same app from now on."""
        self._app, self.person = app, self.person.on(app)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Go on for the length of a block; whatever was begun is answered when it is left."""
        kinds = [kind for kind in KINDS for _ in range(_AT_ONCE.get(kind, 1))]
        threads = [threading.Thread(target=self._go_on, args=(kind,)) for kind in kinds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            self._stop.clear()

    def since(self, moment: float) -> tuple[Answer, ...]:
        """Give the answers to what was begun after a moment."""
        return tuple(answer for answer in self.answers if answer.begun >= moment)

    def once(self) -> dict[str, Answer]:
        """Ask for one of each kind; give the answers."""
        begun = len(self.answers)
        for kind in KINDS:
            with self._client() as client:
                next(self._requests(kind, client))()
        return {answer.kind: answer for answer in self.answers[begun:]}

    def upload(self, client: httpx.Client, key: str) -> httpx.Response:
        """Share a photograph under a key; keep what was acknowledged."""
        answer = client.post(
            POSTS,
            files={"media": ("photo", small_photo((40, 90, 10)))},
            data={"caption": key},
            headers={"idempotency-key": key},
        )
        if answer.is_success:
            self.done.posts[key] = answer.json()["post_id"]
        else:
            self.done.unknown.add(key)
        return answer

    def _client(self) -> httpx.Client:
        return self._app.client(dict(self.person.http.headers))

    def _go_on(self, kind: str) -> None:
        with self._client() as client:
            for request in self._requests(kind, client):
                request()
                if self._stop.wait(_PAUSE.get(kind, _USUAL_PAUSE)):
                    return

    def _requests(self, kind: str, client: httpx.Client) -> Iterator[Callable[[], None]]:
        asks = {
            "reads": self._reads,
            "writes": self._likes,
            "sign-ins": self._sign_ins,
            "uploads": self._uploads,
            "media": self._pictures,
            "health": self._health,
        }
        for ask in asks[kind](client):
            yield partial(self._timed, kind, ask)

    def _timed(self, kind: str, ask: Callable[[], httpx.Response]) -> None:
        begun = time.monotonic()
        try:
            answer = ask()
        except httpx.HTTPError as error:
            answer = httpx.Response(NO_ANSWER, text=repr(error))
        seconds = time.monotonic() - begun
        refused = answer.status_code >= UNAVAILABLE
        told = answer.text if refused else ""
        kept = Answer(
            kind=kind,
            status=answer.status_code,
            begun=begun,
            seconds=seconds,
            retry_after=answer.headers.get("retry-after"),
            told=told,
        )
        with self._lock:
            self.answers.append(kept)

    def _reads(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        for post in itertools.cycle(self._posts):
            yield lambda: client.get("/api/v1/feed")
            yield partial(client.get, f"{POSTS}/{post}")

    def _pictures(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        while True:
            # Where the store itself has it, the app's part is to say so.
            yield lambda: client.get(self._picture, follow_redirects=False)

    def _health(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        while True:
            yield lambda: client.get("/livez")
            yield lambda: client.get("/readyz")

    def _likes(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        for post in itertools.cycle(self._posts):
            yield partial(self._like, client, post)

    def _like(self, client: httpx.Client, post: str) -> httpx.Response:
        answer = client.post(f"{POSTS}/{post}/like")
        if answer.is_success:
            self.done.likes.add(post)
        return answer

    def _sign_ins(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        body = {"login": self.person.username, "password": PASSWORD}
        while True:
            yield lambda: client.post("/api/v1/auth/login", json=body)

    def _uploads(self, client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
        while True:
            key = f"key-{next(self._numbers)}-of-a-photo"
            yield partial(self.upload, client, key)
