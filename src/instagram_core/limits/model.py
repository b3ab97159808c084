"""Sliding windows."""

import attrs


@attrs.frozen(kw_only=True)
class Limit:
    """At most `attempts` of `action` by `subject` within any `seconds` in a row."""

    action: str
    subject: str
    attempts: int = attrs.field(validator=attrs.validators.ge(1))
    seconds: float = attrs.field(validator=attrs.validators.gt(0))

    @property
    def key(self) -> str:
        """Give what identifies the window."""
        return f"{self.action}:{self.subject}"


@attrs.frozen(kw_only=True)
class Verdict:
    """The answer for a set of limits, told by the tightest of them.

    When refused, the tightest is the one that ends last; when allowed, the one with the fewest
    attempts remaining (of equals the one that resets last).
    """

    is_allowed: bool
    limit: Limit
    remaining: int
    """Attempts left after this one; 0 when refused."""
    reset_at: int
    """Unix milliseconds: refused, when an attempt will be allowed; allowed, when the oldest counted
    attempt leaves the window."""
    retry_after: float
    """Seconds from now until an attempt will be allowed; 0 when allowed."""
