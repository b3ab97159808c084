"""Applying partial changes."""

from typing import Any

import attrs

from instagram_core.kernel.unset import UNSET


def what_is_set(change: attrs.AttrsInstance) -> dict[str, Any]:
    """Give the fields of a partial change that are not UNSET, by name."""
    fields = {field.name: getattr(change, field.name) for field in attrs.fields(type(change))}
    return {name: value for name, value in fields.items() if value is not UNSET}
