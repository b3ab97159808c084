"""Which methods a path takes."""

from instagram_app.http.methods import Methods
from instagram_app.http.routes import OPERATIONS


def test_a_path_allows_what_its_operations_take() -> None:
    """Operations of one path are several; HEAD comes with GET, OPTIONS with everything."""
    allowed = Methods(OPERATIONS).allowed_at("/api/v1/posts/01a1fb11-4f41-72df-aa40-62e9f0cbb42f")

    assert allowed == "DELETE, GET, HEAD, OPTIONS, PATCH"


def test_a_path_written_out_is_not_one_with_a_parameter() -> None:
    """`uploads` stands where an id could, and takes what the description says."""
    assert "GET" not in Methods(OPERATIONS).allowed_at("/api/v1/posts/uploads")
    assert "POST" in Methods(OPERATIONS).allowed_at("/api/v1/posts/uploads")


def test_an_unknown_path_allows_nothing() -> None:
    """But the question itself."""
    assert Methods(OPERATIONS).allowed_at("/nowhere") == "OPTIONS"
