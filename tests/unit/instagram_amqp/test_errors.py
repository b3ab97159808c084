"""What goes wrong with the broker becomes what the port promises."""

import pytest

from instagram_amqp.connection import Backoff
from instagram_amqp.errors import MEANINGS, BackingOff, meaning
from instagram_core.kernel.errors import AdapterError


@pytest.mark.parametrize("kind", MEANINGS, ids=lambda kind: kind.__name__)
def test_every_failure_has_the_meaning_of_the_table(kind: type[Exception]) -> None:
    """Subclasses too; the words of the driver are kept."""
    special = type("Special", (kind,), {})
    for raised in (kind("its words"), special("its words")):
        error = meaning(raised)
        assert isinstance(error, AdapterError)
        assert type(error) is MEANINGS[kind]
        assert "its words" in str(error)


def test_attempts_are_further_and_further_apart() -> None:
    """Never further than two seconds; what comes early is refused with the last failure."""
    backoff = Backoff()
    backoff.refuse_early()
    first, *_, last = (backoff.failed(OSError("refused")) for _ in range(12))
    assert first <= Backoff.FIRST
    assert Backoff.LONGEST / 2 <= last <= Backoff.LONGEST
    with pytest.raises(BackingOff, match="refused"):
        backoff.refuse_early()
    backoff.succeeded()
    backoff.refuse_early()
