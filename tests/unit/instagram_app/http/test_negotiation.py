"""WebP, or JPEG for clients that want it."""

import pytest

from instagram_app.http.negotiation import accepted_encodings


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        (None, "webp"),
        ("*/*", "webp"),
        ("image/*", "webp"),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "webp"),
        ("IMAGE/WEBP", "webp"),
        ("image/jpeg", "jpeg"),
        ("image/jpeg, */*;q=0.1", "jpeg"),
        ("image/jpeg, image/webp", "webp"),
        ("image/jpeg;q=0.9, image/webp;q=0.5", "jpeg"),
        ("image/webp;q=0, */*", "jpeg"),
        ("image/webp;q=nonsense, image/jpeg", "jpeg"),
        ("image/png", "png"),
        ("text/html", "jpeg"),
        ("image/webp;q=0", "jpeg"),
        ("", "jpeg"),
        (";;,,q=1", "jpeg"),
    ],
)
def test_the_best_encoding_a_client_takes_is_first(accept: str | None, best: str) -> None:
    """WebP unless something else is asked for."""
    assert best == accepted_encodings(accept)[0]
