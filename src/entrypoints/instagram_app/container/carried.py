"""Which adapters this version carries, and what is said about the others."""

from collections.abc import Iterator
from typing import Any, Final

from dependency_injector import providers

from instagram_app.container.images import ImageAdapters
from instagram_app.container.limits import LimitAdapters
from instagram_app.container.media import MediaAdapters
from instagram_app.container.own import OWN
from instagram_app.container.relational import RelationalAdapters
from instagram_app.container.timelines import TimelineAdapters
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family


def _names(selector: providers.Selector[Any]) -> frozenset[str]:
    return frozenset(selector.providers)


CARRIED: Final[dict[Family, frozenset[str]]] = {
    Family.RELATIONAL: _names(RelationalAdapters.opened),
    Family.JOBS: _names(RelationalAdapters.opened) | {"amqp"},
    Family.TIMELINES: _names(TimelineAdapters.opened),
    Family.LIMITS: _names(LimitAdapters.opened),
    Family.MEDIA: _names(MediaAdapters.opened),
    Family.IMAGES: _names(ImageAdapters.opened),
    # Nothing uses these yet: what is carried may be asked for, a factory of one's own not.
    Family.MESSAGES: frozenset({"memory", "postgres", "cassandra"}),
    Family.REALTIME: frozenset({"memory", "valkey"}),
}

_TITLES: Final = {
    "s3": "S3",
    "valkey": "Valkey",
}
_IMPLIED_BY: Final = {
    "s3": "INSTAGRAM_S3_ENDPOINT",
    "valkey": "INSTAGRAM_VALKEY_URL",
}


def absent_adapters(settings: Settings) -> tuple[str, ...]:
    """Give a sentence for each setting that asks for an adapter which is not here."""
    return tuple(dict.fromkeys(_absences(settings)))


def _absences(settings: Settings) -> Iterator[str]:
    for family, carried in CARRIED.items():
        name = settings.adapter(family)
        chosen = f"adapter_{family.lower()}" in settings.origins
        # A factory for the relational family implies itself for messages, which nothing asks of it.
        if name in carried or (":" in name and (OWN in carried or not chosen)):
            continue
        setting = f"INSTAGRAM_ADAPTER_{family}" if chosen else _IMPLIED_BY.get(name)
        if ":" in name:
            yield f"{setting} is {name!r}, but nothing in this version uses {family.lower()}"
        else:
            yield f"{setting} needs the {_TITLES[name]} adapter, which is not installed"
