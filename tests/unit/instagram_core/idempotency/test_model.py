"""What a client may choose as a key."""

from uuid import UUID

import pytest

from instagram_core.idempotency.model import EffectKey
from instagram_core.kernel.errors import InvalidError


@pytest.mark.parametrize("key", ["a", "x" * 255, "3f8a-1!", "a b", "~"])
def test_a_key_is_up_to_255_printable_ascii_characters(key: str) -> None:
    """Whatever generator the client has."""
    assert EffectKey(user=UUID(int=1), route="posts", key=key).key == key


@pytest.mark.parametrize("key", ["", "x" * 256, "ü", "a\nb", "a\0b", "\x7f", "\ud800"])
def test_any_other_key_is_refused(key: str) -> None:
    """The error names the header."""
    with pytest.raises(InvalidError) as refused:
        EffectKey(user=UUID(int=1), route="posts", key=key)
    assert refused.value.field == "Idempotency-Key"
