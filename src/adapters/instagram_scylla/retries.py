"""When the driver may ask a second node: only what does no harm twice, only once."""

from typing import Any, Final

from cassandra.policies import RetryPolicy

_Decision = tuple[int, None]

_NO: Final[_Decision] = (RetryPolicy.RETHROW, None)


class IdempotentOnce(RetryPolicy):  # type: ignore[misc]  # the driver carries no types
    """Goes to the next node after a fast failure of an idempotent statement, and no further.

    A timeout is never answered by another attempt: the caller has waited already, and the outcome
    of a write is unknown. The driver's own policy repeats whatever it is, for as long as there
    are nodes.
    """

    def on_read_timeout(self, *_: Any, **__: Any) -> _Decision:  # noqa: ANN401 - passed over
        """Give up: the time is spent."""
        return _NO

    def on_write_timeout(self, *_: Any, **__: Any) -> _Decision:  # noqa: ANN401 - passed over
        """Give up: whether it happened is unknown."""
        return _NO

    def on_unavailable(  # the driver's own signature
        self,
        query: Any,  # noqa: ANN401
        consistency: object,
        required_replicas: int,
        alive_replicas: int,
        retry_num: int,
    ) -> _Decision:
        """Ask another node once if that does no harm: this one may see the ring wrongly."""
        return self._once(query, retry_num)

    def on_request_error(
        self,
        query: Any,  # noqa: ANN401
        consistency: object,
        error: Exception,
        retry_num: int,
    ) -> _Decision:
        """Ask another node once after a lost connection or a refusal, if that does no harm."""
        return self._once(query, retry_num)

    def _once(self, query: Any, retry_num: int) -> _Decision:  # noqa: ANN401
        # The driver prepares statements without a query: that may always be repeated.
        is_repeatable = query is None or query.is_idempotent
        return (self.RETRY_NEXT_HOST, None) if is_repeatable and retry_num == 0 else _NO
