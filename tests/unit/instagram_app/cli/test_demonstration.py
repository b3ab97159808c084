"""The demonstration: the same people every time, and nothing twice."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from instagram_app.cli.demonstration import plan
from instagram_app.cli.demonstration.clock import DemonstrationClock
from instagram_app.cli.demonstration.drawing import photograph, portrait
from instagram_app.cli.demonstration.filling import Filling, Tally
from instagram_app.cli.demonstration.photos import DrawnPhotos, FolderPhotos
from instagram_app.cli.failure import Failure
from instagram_app.cli.progress import progress
from instagram_app.container.opening import open_application
from instagram_app.worker.working import make_worker
from instagram_core.accounts.policy import checked_username
from instagram_core.accounts.service import Device
from instagram_core.kernel.clock import SystemClock
from instagram_core.posts.policy import checked_caption
from tests.unit.instagram_app.memory_app import memory_settings

COUNT = 4


def test_people_have_names_that_the_system_takes_each_its_own() -> None:
    """Also a lot of them."""
    people = plan.cast(2000)

    assert len({person.username for person in people}) == 2000
    assert [checked_username(person.username) for person in people] == [
        person.username for person in people
    ]


def test_the_first_people_are_the_same_whatever_the_number() -> None:
    """A second run with more people adds to the first."""
    assert plan.cast(7) == plan.cast(50)[:7]


@pytest.mark.parametrize("count", [1, 2, 50])
def test_nobody_follows_themself_or_anybody_twice(count: int) -> None:
    """And everybody follows somebody, if there is somebody."""
    for number in range(count):
        followees = plan.followees(number, count)
        assert number not in followees
        assert len(set(followees)) == len(followees)
        assert bool(followees) == (count > 1)


def test_nobody_says_the_same_thing_twice() -> None:
    """By its caption a second run finds a post."""
    posts = plan.posts(plan.cast(200))

    assert len({(post.author, post.caption) for post in posts}) == len(posts)
    assert [checked_caption(post.caption) for post in posts] == [post.caption for post in posts]
    assert [post.seconds_ago for post in posts] == sorted(
        (post.seconds_ago for post in posts), reverse=True
    )


@pytest.mark.parametrize("scene", plan.SCENES)
def test_a_scene_is_a_photograph_of_its_number(scene: str) -> None:
    """The same for the same number, another one for another."""
    one = photograph(scene, 1)

    assert one == photograph(scene, 1)
    assert one != photograph(scene, 2)
    with Image.open(io.BytesIO(one)) as picture:
        assert picture.format == "JPEG"
        assert 1080 <= max(picture.size) <= 1600


def test_a_portrait_is_square() -> None:
    """As avatars are."""
    with Image.open(io.BytesIO(portrait(1))) as picture:
        assert picture.size == (480, 480)


def test_the_clock_stands_where_it_is_put_and_runs_on() -> None:
    """So that two weeks happen in a minute."""
    clock, machine = DemonstrationClock(), SystemClock()

    clock.go_back(3600)

    assert 3595 < (machine.now() - clock.now()).total_seconds() <= 3600


def test_progress_is_told_in_lines_where_no_terminal_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A few lines, whatever the number, and the last one says that all is done."""
    with progress("likes", 100) as advance:
        for _ in range(50):
            advance(2)
    with progress("posts", 1) as advance:
        advance(1)

    assert capsys.readouterr().err.splitlines() == [
        *(f"likes: {done} of 100" for done in (20, 40, 60, 80, 100)),
        "posts: 1 of 1",
    ]


def test_pictures_of_a_folder_are_taken_in_turn(tmp_path: Path) -> None:
    """Other files are left alone."""
    (tmp_path / "inner").mkdir()
    for name in ("b.JPG", "inner/a.png", "notes.txt"):
        (tmp_path / name).write_bytes(name.encode())
    photos = FolderPhotos.in_folder(tmp_path)

    taken = {photos.of(post) for post in plan.posts(plan.cast(10))}

    assert taken == {b"b.JPG", b"inner/a.png"}


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """Rather than sharing nothing."""
    with pytest.raises(Failure, match="there are no pictures in"):
        FolderPhotos.in_folder(tmp_path)


def test_a_second_run_adds_nothing_and_completes_what_is_missing(tmp_path: Path) -> None:
    """Safe to repeat."""
    clock = DemonstrationClock()
    settings = memory_settings(tmp_path, adapter_images="vips")

    async def runs() -> tuple[Tally, Tally, Tally]:
        async with open_application(settings, clock=clock) as application:

            async def run() -> Tally:
                worker = make_worker(application)
                filling = Filling(
                    application, worker=worker, clock=clock, photos=DrawnPhotos(), count=COUNT
                )
                assert await filling.fill() == plan.cast(1)[0].username
                return filling.tally

            first, second = await run(), await run()
            owner = (await application.services.accounts.administration.find("mara.lindqvist")).user
            reading = application.services.posts.reading
            page = await reading.of_author(owner.id, owner.id, None, 1)
            await application.services.posts.posting.delete(owner.id, page.items[0].post.id)
            return first, second, await run()

    first, second, third = asyncio.run(runs())

    posts = plan.posts(plan.cast(COUNT))
    assert (first.people, first.posts, first.refused) == (COUNT, len(posts), 0)
    assert first.follows > 0
    assert first.likes > 0
    assert second == Tally()
    assert (third.people, third.follows, third.posts) == (0, 0, 1)


def test_a_person_of_flesh_and_blood_is_left_alone(tmp_path: Path) -> None:
    """Whoever has a name of the demonstration already keeps their account as it is."""
    clock = DemonstrationClock()
    settings = memory_settings(tmp_path, adapter_images="vips")
    person = plan.cast(1)[0]

    async def life() -> tuple[Tally, int]:
        async with open_application(settings, clock=clock) as application:
            sign_in = application.services.accounts.sign_in
            made = await sign_in.register(
                username=person.username,
                email="mara@example.org",
                password="long enough",
                device=Device(),
            )
            filling = Filling(
                application,
                worker=make_worker(application),
                clock=clock,
                photos=DrawnPhotos(),
                count=1,
            )
            assert await filling.fill() is None
            me = await application.services.graph.profiles.me(made.account.user.id)
            return filling.tally, me.counts.posts

    assert asyncio.run(life()) == (Tally(), 0)
