"""JSON bodies, read strictly: what is not quite JSON is malformed, what does not fit is invalid."""

import json
import re
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

import msgspec

from instagram_app.http.errors import FieldError, FieldsError, MalformedRequestError

T = TypeVar("T")

LONGEST: Final = 64 * 1024
"""Bytes of a JSON body."""

_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")
_NAMED = re.compile(
    r"^Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL
)


def decode(data: bytes, kind: type[T]) -> T:
    """Give the body as a `kind`.

    MalformedRequestError for what is not JSON in UTF-8, for NaN and infinities, for repeated keys
    and endless nesting; FieldsError, with the field's name, for unknown or missing fields and
    wrong types.
    """
    try:
        return msgspec.convert(_parse(data.decode()), kind)
    except msgspec.ValidationError as error:
        raise FieldsError(_field_error(str(error))) from None
    except (ValueError, RecursionError):
        raise MalformedRequestError("The body is not well-formed JSON.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _constant(_: str) -> NoReturn:
    raise ValueError


_parse = partial(json.loads, object_pairs_hook=_object, parse_constant=_constant)


def _field_error(message: str) -> FieldError:
    place = _PLACE.search(message)
    path = place["path"].lstrip(".") if place else ""
    reason = _PLACE.sub("", message)
    named = _NAMED.match(reason)
    if named is None:
        return FieldError(field=path or "body", message=reason)
    name = f"{path}.{named['name']}" if path else named["name"]
    missing = named["what"] == "missing required"
    return FieldError(name, "is required" if missing else "is not a known field")
