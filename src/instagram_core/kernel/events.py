"""Facts worth telling others: what an outbox records and a worker reacts to."""

import types
import typing
from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

import attrs

Payload = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened, named in the past tense; it carries ids, not state.

    Fields are str, int, bool, UUID (or a NewType of it), one of these or None, or tuples of them,
    so that a payload is plain JSON. An event may reach its handler twice and in any order.
    """

    kind: ClassVar[str]
    queue: ClassVar[str] = "default"

    def payload(self) -> dict[str, Any]:
        """Give the fields as plain JSON values."""
        return {field.name: _plain(getattr(self, field.name)) for field in attrs.fields(type(self))}

    @classmethod
    def from_payload(cls, payload: Payload) -> Self:
        """Give the event a payload was made from; unknown fields are ignored."""
        hints = typing.get_type_hints(cls)
        known = {field.name for field in attrs.fields(cls)}
        return cls(**{k: _rich(hints[k], v) for k, v in payload.items() if k in known})


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _rich(hint: Any, value: Any) -> Any:  # noqa: ANN401 - a payload is plain JSON
    hint = getattr(hint, "__supertype__", hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        return _rich(next(part for part in arguments if part is not type(None)), value)
    if origin is tuple:
        return tuple(_rich(arguments[0], part) for part in value)
    return UUID(value) if hint is UUID else value
