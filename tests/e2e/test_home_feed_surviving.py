"""Home feeds are complete whatever befalls authors, workers and Valkey."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil  # type: ignore[import-untyped]
import pytest

from tests.e2e.homes import FEED, Town, first_page, ids, reading
from tests.e2e.people import POSTS, Person, pages, register, small_photo
from tests.e2e.running import fresh_folder, running, settings_in, start
from tests.e2e.supervised import address_of, children, until
from tests.servers.postgres import wheel_databases
from tests.servers.profile import is_full
from tests.servers.valkey import private_valkey

THRESHOLD, CAP = 5, 20
CROWD = 40_000


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """Give an app of two processes and two workers, where five followers are many."""
    with ExitStack() as stack:
        folder = stack.enter_context(fresh_folder())
        valkey, url = private_valkey()
        stack.callback(valkey.close)
        settings = settings_in(folder)
        if not is_full():
            settings["database_url"] = address_of(asyncio.run(wheel_databases().fresh()))
        settings |= {
            "valkey_url": url,
            "limits": "off",
            "feed_push_threshold": str(THRESHOLD),
            "feed_timeline_cap": str(CAP),
        }
        app = stack.enter_context(running(folder, "--processes", "2", **settings))
        town = Town(
            app=app,
            folder=folder,
            settings=settings,
            database=settings["database_url"],
            valkey=valkey,
        )
        stack.enter_context(second_worker(town))
        yield town


@contextmanager
def second_worker(town: Town) -> Iterator[psutil.Process]:
    """Run another worker, as a process of its own."""
    log = town.folder.parent / "second-worker.log"
    process = start("worker", folder=town.folder, log=log, **town.settings)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def people(town: Town, many: int) -> list[Person]:
    """Give somebody new, several of them."""
    return [register(town.app) for _ in range(many)]


def following(readers: list[Person], author: Person) -> None:
    """Let people follow somebody and open their feeds."""
    for reader in readers:
        assert reader.follow(author) == "following"
        for _ in range(3):
            first_page(reader)


def unfollow(reader: Person, author: Person) -> None:
    """Stop following."""
    assert reader.http.delete(f"/api/v1/users/{author.id}/follow").is_success


def test_an_author_crosses_up_and_down_while_others_read(town: Town) -> None:
    """Valkey forgets everything in each round; nothing is lost, nothing doubled."""
    star, friend, *readers = people(town, 8)
    fans, swinging = readers[:3], readers[3:]
    town.let_have_shared(star, CAP + 10)
    for author in (star, friend):
        following(fans, author)
    with reading(fans, {star.id, friend.id, *(fan.id for fan in fans)}):
        for _ in range(2):
            following(swinging, star)
            until(lambda: town.delivery(star) == "pull")
            star.share()
            town.flush()
            friend.share()
            star.share()
            for reader in swinging:
                unfollow(reader, star)
            until(lambda: town.delivery(star) == "push")
            star.share()
    town.check([star, friend, *readers])


def test_a_worker_that_dies_amid_a_fan_out_leaves_it_to_another(town: Town) -> None:
    """One and the other and both; after it everybody has the post, whoever was to get it last."""
    idol, *readers = people(town, 4)
    town.let_a_crowd_follow(idol, CROWD)
    following(readers, idol)
    for victims in ("own", "second", "both"):
        post = upload(idol)
        with second_worker(town) as second:
            until(lambda post=post: is_published(idol, post))  # type: ignore[misc]
            if victims != "second":
                for worker in children(town.app, "worker").values():
                    worker.kill()
            if victims != "own":
                second.kill()
        town.check([idol, *readers])
    assert town.delivery(idol) == "push"


def upload(author: Person) -> str:
    """Share a photograph without waiting for it."""
    answer = author.upload(small_photo())
    assert answer.status_code == 202, answer.text
    return str(answer.json()["post_id"])


def is_published(author: Person, post: str) -> bool:
    """Tell whether a post is there by now."""
    return bool(author.http.get(f"{POSTS}/{post}").json()["status"] == "published")


def test_a_reader_who_comes_back_finds_everything(town: Town) -> None:
    """Their timeline is gone; it is made anew, and posts that come meanwhile are in it."""
    ada, ben = people(town, 2)
    town.let_have_shared(ben, CAP * 2)
    following([ada], ben)
    town.flush()
    for _ in range(3):
        ben.share()
        town.check([ada, ben])


def test_a_valkey_that_wakes_with_an_old_snapshot_deceives_nobody(town: Town) -> None:
    """What it remembers is of another time: timelines, pages, and what was told of them."""
    ada, ben, cem, dia = people(town, 4)
    for author in (ben, cem):
        following([ada], author)
        author.share()
    town.check([ada])
    assert town.tell_valkey("SAVE") == b"+OK\r\n"
    unfollow(ada, ben)
    following([ada], dia)
    posts = [author.share() for author in (ben, cem, dia)]
    town.check([ada])
    town.valkey.kill()
    town.valkey.restart()

    for _ in range(20):
        assert town.home(ada)[:5] == first_page(ada)
    town.check([ada, ben, cem, dia])
    assert posts[0] not in town.home(ada)


def test_a_feed_ends_with_the_very_first_post_while_others_share(town: Town) -> None:
    """Through the timeline, past its floor, through equal moments, in pages of any size."""
    ada, ben, cem = people(town, 3)
    town.let_have_shared(ben, CAP * 3)
    following([ada], ben)
    following([ada], cem)
    for limit in (1, 7, 50):
        town.check([ada])  # what was shared last is still on its way to the timeline
        before, found = town.home(ada), []
        for number, post in enumerate(pages(ada.http, FEED, "posts", limit)):
            found.append(post)
            if number % 20 == 0:
                cem.share()
        shown = ids(found)
        assert [post for post in shown if post in before] == before
