"""Every error has its status, and tells nothing of what is behind us."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import instagram_core
from instagram_app.http import errors as refused
from instagram_app.http.problems import headers_of, problem_of, status_of
from instagram_core.accounts.errors import UsernameTakenError, WrongLoginError
from instagram_core.kernel.errors import (
    AdapterUnavailable,
    DomainError,
    InstagramError,
    InvalidError,
)
from instagram_core.limits.errors import LimitExceededError


def domain_errors() -> list[type[DomainError]]:
    """Give every error of the core that is meant for people, and those of requests."""
    for module in pkgutil.walk_packages(instagram_core.__path__, "instagram_core."):
        if module.name.endswith(("errors", "serving")):
            importlib.import_module(module.name)
    return sorted(set(_below(DomainError)), key=lambda kind: kind.__qualname__)


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


@pytest.mark.parametrize("kind", domain_errors())
def test_every_refusal_has_a_status_a_code_and_a_sentence(kind: type[DomainError]) -> None:
    """No rule of the core may come out as a fault of ours."""
    assert kind is refused.RequestRefused or 400 <= status_of(kind) < 504
    assert kind.code
    assert (kind.__doc__ or "").partition("\n")[0].endswith((".", ":"))


def test_an_invalid_value_names_its_field() -> None:
    """The person who typed it is told what is wrong."""
    problem = problem_of(InvalidError("username", "is reserved"), "r-1")

    assert (
        problem.status,
        problem.code,
        problem.detail,
    ) == (422, "invalid", "username is reserved.")
    assert (refused.FieldError("username", "is reserved"),) == problem.errors
    assert problem.request_id == "r-1"


def test_a_limit_tells_which_it_is_and_when_it_ends() -> None:
    """Seconds are rounded up: trying earlier would be futile."""
    error = LimitExceededError(
        action="like", attempts=100, reset_at=1_700_000_000_001, retry_after=2.1
    )

    assert headers_of(error) == {
        "retry-after": "3",
        "x-ratelimit-limit": "100",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1700000001",
    }
    assert (
        problem_of(error, "r-1").detail
        == "The limit 'like' of 100 attempts is used up; try again in 3 seconds."
    )


@pytest.mark.parametrize(
    "error", [AdapterUnavailable("PostgreSQL at 10.0.0.1 is down"), TimeoutError("psycopg")]
)
def test_what_is_down_is_not_named(error: Exception) -> None:
    """Who asks learns when to come back, and nothing else."""
    problem = problem_of(error, "r-1")

    assert (problem.status, problem.code) == (503, "unavailable")
    assert problem.detail == "The service cannot answer right now; try again shortly."
    assert 1 <= int(headers_of(error)["retry-after"]) <= 5


@pytest.mark.parametrize("error", [ValueError("secret"), InstagramError("secret"), KeyError("x")])
def test_a_defect_is_a_problem_without_details(error: Exception) -> None:
    """What must never happen tells nothing."""
    problem = problem_of(error, "r-1")

    assert (problem.status, problem.code) == (500, "internal_error")
    assert "secret" not in problem.detail


def test_nobody_signed_in_is_told_how_to() -> None:
    """401 names the scheme."""
    assert headers_of(WrongLoginError()) == {"www-authenticate": "Bearer"}


def test_a_conflict_keeps_its_code() -> None:
    """Codes are the core's own."""
    problem = problem_of(UsernameTakenError(), "r-1")

    assert (problem.status, problem.code) == (409, "username_taken")
    assert problem.type == "urn:instagram:problem:username_taken"
