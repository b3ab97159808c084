"""The settings in force, for people: each with its value and where it came from."""

import attrs

from instagram_app.settings.table import ROWS, Settings
from instagram_app.settings.values import Family

_ADAPTERS = {f"adapter_{family.lower()}": family for family in Family}


@attrs.frozen(kw_only=True)
class EffectiveSetting:
    """One setting as it is; nothing secret in it."""

    name: str
    value: str
    source: str


def effective(settings: Settings) -> tuple[EffectiveSetting, ...]:
    """Give every setting, in the order of the table."""
    return tuple(
        EffectiveSetting(
            name=row.name,
            value=row.show(_value(settings, row.field)) or row.default_text.replace("`", ""),
            source=settings.source(row.field),
        )
        for row in ROWS
    )


def _value(settings: Settings, field: str) -> object:
    if field in _ADAPTERS:
        return settings.adapter(_ADAPTERS[field])
    return getattr(settings, field)
