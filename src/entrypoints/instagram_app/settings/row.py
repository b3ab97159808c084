"""How one setting is declared: a field of an attrs class that carries its kind and meaning."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast, overload

import attrs

from instagram_app.settings.kinds import Kind

T = TypeVar("T")

PREFIX: Final = "INSTAGRAM_"
_KEY: Final = "setting"


@attrs.frozen(kw_only=True)
class Row:
    """One line of the table of settings."""

    field: str
    """The field of the settings object: also the key in a TOML file."""
    kind: Kind[Any]
    default_text: str
    """The default as the table tells it."""
    meaning: str
    is_secret: bool

    @property
    def name(self) -> str:
        """Give the name in the environment, which is the name everywhere people read it."""
        return PREFIX + self.field.upper()

    def show(self, value: object) -> str:
        """Give a value for people, nothing secret in it; empty for none."""
        if value is None:
            return ""
        text = self.kind.show(value)
        return self.kind.mask(text) if self.is_secret else text


@overload
def setting(
    kind: Kind[T], default: None, meaning: str, *, default_text: str, is_secret: bool = False
) -> T | None: ...
@overload
def setting(
    kind: Kind[T],
    default: str | Callable[[], str],
    meaning: str,
    *,
    default_text: str = "",
    is_secret: bool = False,
) -> T: ...
def setting(
    kind: Kind[T],
    default: str | Callable[[], str] | None,
    meaning: str,
    *,
    default_text: str = "",
    is_secret: bool = False,
) -> T | None:
    """Declare a setting; its name is the field's, its default a text as people would write it."""

    def value() -> T | None:
        text = default() if callable(default) else default
        return None if text is None else kind.read(text)

    row = {
        "kind": kind,
        "default_text": default_text or f"`{default}`",
        "meaning": meaning,
        "is_secret": is_secret,
    }
    return cast("T | None", attrs.field(default=attrs.Factory(value), metadata={_KEY: row}))


def rows_of(settings: type[attrs.AttrsInstance]) -> tuple[Row, ...]:
    """Give the rows that a class declares, in order."""
    fields = attrs.fields(settings)
    return tuple(Row(field=f.name, **f.metadata[_KEY]) for f in fields if _KEY in f.metadata)
