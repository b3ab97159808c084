"""What people do shows in the next feed that is read."""

from tests.e2e.homes import FEED, first_page, ids
from tests.e2e.people import POSTS, Person, pages, register
from tests.e2e.running import RunningApp
from tests.e2e.supervised import until


def warm(reader: Person) -> list[str]:
    """Read until there is a timeline and the page is kept; give the page."""
    for _ in range(4):
        first_page(reader)
    return first_page(reader)


def test_following_and_unfollowing_show_at_once(app: RunningApp) -> None:
    """Posts of before are there, and gone again."""
    ada, ben = register(app), register(app)
    posts = [ben.share() for _ in range(3)]
    mine = ada.share()
    until(lambda: warm(ada) == [mine])

    assert ada.follow(ben) == "following"
    assert [mine, *reversed(posts)] == first_page(ada)
    warm(ada)
    assert ada.http.delete(f"/api/v1/users/{ben.id}/follow").is_success
    assert [mine] == first_page(ada)


def test_blocking_muting_and_privacy_show_at_once(app: RunningApp) -> None:
    """From the cache nobody gets what is not theirs any more."""
    ada, ben, cem, dia = (register(app) for _ in range(4))
    expected = list[str]()
    for other in (ben, cem, dia):
        assert ada.follow(other) == "following"
        expected.insert(0, other.share())
    until(lambda: warm(ada) == expected)

    assert ada.http.post(f"/api/v1/users/{ben.id}/mute").is_success
    assert expected[:2] == first_page(ada)
    warm(ada)
    assert ada.http.delete(f"/api/v1/users/{ben.id}/mute").is_success
    assert expected == first_page(ada)
    warm(ada)
    assert cem.http.post(f"/api/v1/users/{ada.id}/block").is_success
    assert [expected[0], expected[2]] == first_page(ada)
    warm(ada)
    assert dia.http.patch("/api/v1/users/me", json={"is_private": True}).is_success
    shown = ada.http.get(FEED).json()["posts"]
    assert [expected[0], expected[2]] == ids(shown)
    stranger = register(app)
    assert stranger.follow(dia) == "requested"
    assert first_page(stranger) == []


def test_an_own_like_and_an_edit_show_in_the_next_page(app: RunningApp) -> None:
    """Although the page before was kept."""
    ada, ben = register(app), register(app)
    post = ben.share(caption="before")
    ada.follow(ben)
    warm(ada)
    for method, is_liked in (("post", True), ("delete", False)):
        assert getattr(ada.http, method)(f"{POSTS}/{post}/like").is_success
        (shown,) = ada.http.get(FEED, params={"limit": "5"}).json()["posts"]
        assert (shown["is_liked"], shown["like_count"]) == (is_liked, int(is_liked))
        warm(ada)
    assert ben.http.patch(f"{POSTS}/{post}", json={"caption": "after"}).is_success
    (shown,) = ada.http.get(FEED, params={"limit": "5"}).json()["posts"]
    assert shown["caption"] == "after"


def test_a_post_deleted_while_it_is_fanned_out_is_in_nobody_s_feed(app: RunningApp) -> None:
    """Deleted the moment it is there, again and again, before its job and after."""
    ada, *readers = (register(app) for _ in range(4))
    for reader in readers:
        reader.follow(ada)
        warm(reader)
    kept = list[str]()
    for number in range(6):
        post = ada.share()
        if number % 2:
            assert ada.http.delete(f"{POSTS}/{post}").status_code == 204
            for reader in (ada, *readers):
                assert post not in first_page(reader)
        else:
            kept.insert(0, post)
    for reader in (ada, *readers):
        until(lambda reader=reader: ids(reader.feed()) == kept)  # type: ignore[misc]
        assert kept == warm(reader)


def test_somebody_pages_to_the_first_post_while_others_share(app: RunningApp) -> None:
    """No post of before is missing or comes twice, however many are added."""
    ada, ben = register(app), register(app)
    ada.follow(ben)
    before = [ben.share() for _ in range(6)]
    until(lambda: warm(ada) == before[:0:-1])
    found = []
    for post in pages(ada.http, FEED, "posts", 1):
        found.append(str(post["id"]))
        if len(found) % 2:
            ben.share()
    assert list(reversed(before)) == found
