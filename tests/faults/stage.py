"""The app on every server it can use, people and posts in it, and what it says of its servers."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import attrs
import httpx

from tests.e2e.people import Person, register
from tests.e2e.running import RunningApp, fresh_folder, instagram, running
from tests.faults.dependencies import NAMES, Dependency, is_carried, start
from tests.faults.traffic import Traffic

IDLE: Final = {"cassandra"}
"""What nobody's request asks for yet: its loss is told by nothing but `instagram doctor`."""
_POSTS: Final = 12
_STATE = re.compile(r'instagram_dependency_state\{dependency="(\w+)"\} (\S+)')
_ANSWERED = re.compile(
    r'instagram_dependency_calls_total\{dependency="(\w+)",outcome="answered"\} (\S+)'
)


@attrs.frozen(kw_only=True)
class Stage:
    """A running app, its servers by name, and somebody who has shared photographs."""

    app: RunningApp
    folder: Path
    servers: Mapping[str, Dependency]
    author: Person
    posts: list[str]
    picture: str
    """Where one of them is to be seen."""

    def traffic(self) -> Traffic:
        """Give somebody new who uses the app."""
        return Traffic(self.app, self.author, self.posts, self.picture)


@contextmanager
def servers() -> Iterator[Mapping[str, Dependency]]:
    """Start every server that the app has an adapter for."""
    with ExitStack() as stack:
        started = {}
        for name in NAMES:
            if is_carried(name):
                started[name] = start(name)
                stack.callback(started[name].close)
        yield started


@contextmanager
def stage(started: Mapping[str, Dependency]) -> Iterator[Stage]:
    """Run the app on all servers."""
    with fresh_folder() as folder:
        settings = settings_of(started)
        done = instagram("migrate", folder=folder, **settings)
        assert done.returncode == 0, done.stderr
        with running(folder, "--port", "0", **settings) as app:
            author = register(app, "author")
            posts = [author.share() for _ in range(_POSTS)]
            found = (away(app), in_use(app))
            assert found == (set(), set(started) - IDLE), found
            picture = author.http.get(f"/api/v1/posts/{posts[0]}").json()["thumbnail_url"]
            yield Stage(
                app=app,
                folder=folder,
                servers=started,
                author=author,
                posts=posts,
                picture=picture,
            )


def settings_of(started: Mapping[str, Dependency]) -> dict[str, str]:
    """Give the settings that name every server."""
    joined = {name: value for one in started.values() for name, value in one.settings.items()}
    return {
        **joined,
        "limits": "on",
        "log_format": "json",
        **{f"limit_{action}": "100000/60" for action in ("all", "like", "post", "login", "feed")},
    }


def away(app: RunningApp) -> set[str]:
    """Give the servers that the app knows to be away."""
    shown = httpx.get(f"{app.url}/metrics", timeout=5).text
    return {name for name, state in _STATE.findall(shown) if float(state)}


def in_use(app: RunningApp) -> set[str]:
    """Give the servers that have answered the app."""
    shown = httpx.get(f"{app.url}/metrics", timeout=5).text
    return {name for name, count in _ANSWERED.findall(shown) if float(count)}


def seconds_until(condition: Callable[[], bool], *, most: float) -> float:
    """Give how long it took; AssertionError after `most` seconds."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < most, f"not within {most} s"
        time.sleep(0.05)
    return time.monotonic() - begun
