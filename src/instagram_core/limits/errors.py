"""How a limit refuses."""

from instagram_core.kernel.errors import DomainError


class LimitExceededError(DomainError):
    """A limit is used up: nothing was counted, and trying again before `retry_after` is futile."""

    code = "rate_limited"

    def __init__(self, *, action: str, attempts: int, reset_at: int, retry_after: float) -> None:
        """Say which limit, its size, when it ends (Unix ms) and how long that is (seconds)."""
        super().__init__(f"limit of {action} reached")
        self.action = action
        self.attempts = attempts
        self.reset_at = reset_at
        self.retry_after = retry_after
