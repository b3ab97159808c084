"""The query of an address."""

from functools import lru_cache
from urllib.parse import parse_qsl

from instagram_app.http.errors import FieldError, FieldsError

_MOST_FIELDS = 100


class Query:
    """The parameters behind the question mark; unknown ones are passed over."""

    __slots__ = ("_pairs",)

    def __init__(self, text: str) -> None:
        """Read `text`."""
        self._pairs = _pairs(text)

    def one(self, name: str) -> str | None:
        """Give a parameter; None when absent, FieldsError when it is there twice."""
        values = [value for key, value in self._pairs if key == name]
        if len(values) > 1:
            raise FieldsError(FieldError(name, "must be given once"))
        return values[0] if values else None


@lru_cache(1024)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise FieldsError(FieldError("query", "has too many parameters")) from None
    return tuple(pairs)
