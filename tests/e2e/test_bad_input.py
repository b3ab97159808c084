"""What bad input gets: a clear answer of the right status, and never half a write."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.e2e.people import POSTS, Person, media_folder, register, small_photo
from tests.e2e.running import RunningApp

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def ada(app: RunningApp) -> Person:
    """Give somebody to do wrong things."""
    return register(app, "ada")


def picture(form: str, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    """Give a picture of any format."""
    buffer = BytesIO()
    Image.new(mode, size, 7).save(buffer, form)
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Give a little file that would be a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def padded(photo: bytes, size: int) -> bytes:
    """Give a photo with so much behind its end that it has `size` bytes."""
    return photo + b"\0" * (size - len(photo))


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "unsupported_media"),
        (b"\0", 415, "unsupported_media"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_media"),
        (b"%PDF-1.7", 415, "unsupported_media"),
        (b"text:/etc/passwd", 415, "unsupported_media"),
        (b"push graphic-context", 415, "unsupported_media"),
        (picture("BMP"), 415, "unsupported_media"),
        (picture("TIFF"), 415, "unsupported_media"),
        (picture("ICO"), 415, "unsupported_media"),
        (small_photo()[:-200], 422, "media_truncated"),
        (picture("PNG")[:-30], 422, "media_truncated"),
        (picture("WEBP")[:-8], 422, "media_truncated"),
        (picture("GIF")[:-4], 422, "media_truncated"),
        (png_that_claims(60_000, 60_000), 413, "too_many_pixels"),
        (png_that_claims(7_100, 7_100), 413, "too_many_pixels"),
        (padded(small_photo(), 10 * MIB + 1), 413, "too_large"),
        (b"\xff\xd8\xff", 422, "media_truncated"),
    ],
)
def test_a_bad_file_is_refused_at_once(
    app: RunningApp, ada: Person, content: bytes, status: int, code: str
) -> None:
    """With its reason; a good file beside it does not help."""
    for files in ([content], [small_photo(), content]):
        answer = ada.http.post(POSTS, files=[("media", ("a.jpg", each)) for each in files])
        assert (status, code) == (answer.status_code, answer.json()["code"]), answer.text
    assert ada.feed() == []


@pytest.mark.parametrize("name", ["truncated.jpg"])
def test_a_real_file_that_is_cut_off_is_refused(ada: Person, name: str) -> None:
    """As a camera left it."""
    file = media_folder() / name
    file_content = small_photo()[:-100] if not file.is_file() else file.read_bytes()

    assert (
        (answer := ada.upload(file_content)).status_code,
        answer.json()["code"],
    ) == (422, "media_truncated")


def test_every_good_file_becomes_a_post(app: RunningApp) -> None:
    """Whatever its name says it is; the largest that is allowed, too."""
    author = register(app)
    good = {
        "JPEG": small_photo(),
        "PNG": picture("PNG", mode="L"),
        "WEBP": picture("WEBP"),
        "GIF": picture("GIF", mode="P"),
        "largest": padded(small_photo(), 10 * MIB),
    } | {
        file.name: file.read_bytes()
        for file in sorted(media_folder().glob("*"))
        if file.suffix in {".jpg", ".png", ".webp", ".gif", ".heic"} and "trunc" not in file.name
    }
    answers = {name: author.upload(content) for name, content in good.items()}

    assert dict.fromkeys(good, 202) == {name: a.status_code for name, a in answers.items()}
    settled = {name: author.settled(a.json()["post_id"]) for name, a in answers.items()}
    assert dict.fromkeys(good, "published") == {n: post["status"] for n, post in settled.items()}
    for post in settled.values():
        assert author.http.get(post["thumbnail_url"]).status_code == 200
    for name, post in settled.items():
        if "orientation" in name:  # a portrait, however the camera was held
            assert post["media"][0]["width"] < post["media"][0]["height"]


def test_a_carousel_keeps_its_order(app: RunningApp) -> None:
    """Ten files, and texts for some."""
    author = register(app)
    files = [("media", ("a", picture("PNG", (20 + number, 20)))) for number in range(10)]
    texts = [("alt_text", (None, f"number {number}")) for number in range(4)]
    answer = author.http.post(POSTS, files=[*texts, *files])
    media = author.settled(answer.json()["post_id"])["media"]

    assert [20 + number for number in range(10)] == [each["width"] for each in media]
    assert [*(f"number {number}" for number in range(4)), *[""] * 6] == [
        each["alt_text"] for each in media
    ]


def test_text_survives_as_it_was_written(app: RunningApp) -> None:
    """Emoji, right-to-left, markup, and white space at its ends."""
    author = register(app)
    caption = "  <script>alert(1)</script> שלום 👩‍👩‍👧 \u202e %00 ' \" \\ \n\t"
    post = author.share(caption=caption)

    assert author.http.get(f"{POSTS}/{post}").json()["caption"] == caption
    longest = "👍" * 2200
    edited = author.http.patch(f"{POSTS}/{post}", json={"caption": longest})
    assert (200, longest) == (edited.status_code, edited.json()["caption"])
    for caption in ("👍" * 2201, "nul\0"):
        answer = author.http.patch(f"{POSTS}/{post}", json={"caption": caption})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "caption")
    assert author.http.get(f"{POSTS}/{post}").json()["caption"] == longest


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/feed",
        "/api/v1/users/{id}/posts",
        "/api/v1/users/{id}/followers",
        "/api/v1/users/{id}/following",
        "/api/v1/users/me/blocks",
        "/api/v1/auth/sessions",
    ],
)
def test_a_cursor_belongs_to_one_list_of_one_viewer(
    app: RunningApp, ada: Person, path: str
) -> None:
    """Any other is 400, and so is no cursor at all."""
    author, fans = register(app), [register(app) for _ in range(2)]
    for fan in fans:
        fan.follow(author)
    likers = f"/api/v1/users/{author.id}/followers"
    foreign = author.http.get(likers, params={"limit": "1"}).json()["next_cursor"]
    assert foreign is not None

    for cursor in (foreign, foreign[:-1], foreign.swapcase(), "", "AAAA", "é", "\0", "a" * 4000):
        answer = ada.http.get(path.format(id=ada.id), params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "wire",
    [
        b"POST /api/v1/posts HTTP/1.1\r\nContent-Length: 100\r\n%b\r\n--b\r\n",
        b"POST /api/v1/posts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n%b\r\n5\r\n--b\r\n\r\n",
        b"POST /api/v1/posts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n%b\r\n0x5\r\n--b\r\n\r\n",
        b"GET /%%zz HTTP/9\r\n%b\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n%b\r\n",
        b"\0\0\0\0\r\n%b\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03%b",
    ],
)
def test_bytes_that_are_no_request_do_no_harm(app: RunningApp, ada: Person, wire: bytes) -> None:
    """Cut off wherever it is, each is refused or dropped, and the next request is answered."""
    head = (
        b"Host: x\r\nContent-Type: multipart/form-data; boundary=b\r\nAuthorization: Bearer %b\r\n"
        % ada.token.encode()
    )
    with app.connect() as connection:
        connection.sendall(wire.replace(b"%b", head).replace(b"%%", b"%"))
        connection.shutdown(1)
        answer = connection.recv(65536)

    assert answer[:10] in {b"", b"HTTP/1.1 4"}
    assert ada.http.get("/livez").status_code == 200
    assert ada.feed() == []
