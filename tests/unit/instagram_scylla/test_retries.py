"""When the driver may ask another node."""

from types import SimpleNamespace

import pytest
from cassandra.policies import RetryPolicy

from instagram_scylla.retries import IdempotentOnce

AGAIN = (RetryPolicy.RETRY_NEXT_HOST, None)
NEVER = (RetryPolicy.RETHROW, None)


@pytest.mark.parametrize(
    ("is_idempotent", "number", "expected"),
    [(True, 0, AGAIN), (True, 1, NEVER), (False, 0, NEVER), (False, 1, NEVER)],
)
def test_only_what_does_no_harm_is_repeated_and_only_once(
    is_idempotent: bool,  # noqa: FBT001 - a parameter of the test
    number: int,
    expected: tuple[int, None],
) -> None:
    """After a lost connection, and where too few replicas are up."""
    policy, query = IdempotentOnce(), SimpleNamespace(is_idempotent=is_idempotent)

    assert expected == policy.on_request_error(query, 6, OSError(), number)
    assert expected == policy.on_unavailable(query, 6, 2, 1, number)


def test_preparing_may_be_repeated() -> None:
    """The driver has no query for it."""
    assert IdempotentOnce().on_request_error(None, 6, OSError(), 0) == AGAIN


def test_a_timeout_is_never_followed_by_another_attempt() -> None:
    """The caller has waited long enough, and a write may have happened."""
    policy, query = IdempotentOnce(), SimpleNamespace(is_idempotent=True)

    assert policy.on_read_timeout(query, 6, 2, 2, False, 0) == NEVER  # noqa: FBT003 - the driver's
    assert policy.on_write_timeout(query, 6, "BATCH_LOG", 2, 1, 0) == NEVER
