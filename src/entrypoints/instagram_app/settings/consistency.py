"""What settings must be to each other. Each rule gives a sentence when it is broken."""

from collections.abc import Iterator

from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family

# The shared families of several processes; memory is not shared.
SHARED = (Family.TIMELINES, Family.LIMITS)


def problems_of(settings: Settings) -> tuple[str, ...]:
    """Give what is wrong between settings, whatever command runs."""
    return (*_jobs_apart_from_their_transaction(settings), *_nowhere_for_a_key(settings))


def problems_of_several_processes(settings: Settings, what: str) -> tuple[str, ...]:
    """Give what forbids `what`, which makes several processes out of one."""
    alone = [family for family in SHARED if settings.adapter(family) == "memory"]
    if not alone:
        return ()
    names = " and ".join(f"INSTAGRAM_ADAPTER_{family}" for family in alone)
    several = f"{what} makes several processes, and memory ({names}) is not shared between them"
    return (f"{several}; set INSTAGRAM_VALKEY_URL",)


def uses_data_directory(settings: Settings) -> bool:
    """Tell whether anything is kept in the data directory."""
    return "data" in settings.origins or (
        settings.adapter(Family.MEDIA) == "filesystem" or has_embedded_database(settings)
    )


def has_embedded_database(settings: Settings) -> bool:
    """Tell whether the database is one of our own, in the data directory."""
    return settings.adapter(Family.RELATIONAL) == "postgres" and settings.database_url is None


def _jobs_apart_from_their_transaction(settings: Settings) -> Iterator[str]:
    jobs, relational = settings.adapter(Family.JOBS), settings.adapter(Family.RELATIONAL)
    if jobs not in {relational, "amqp"}:
        yield (
            f"INSTAGRAM_ADAPTER_JOBS is {jobs!r} and INSTAGRAM_ADAPTER_RELATIONAL {relational!r}; "
            f"they share transactions, so the first may be {relational!r} or 'amqp'"
        )


def _nowhere_for_a_key(settings: Settings) -> Iterator[str]:
    if settings.secret_key is None and not uses_data_directory(settings):
        yield (
            "INSTAGRAM_SECRET_KEY is not set and nothing uses a data directory to keep one in; "
            "set it to at least 16 characters, the same in every process"
        )
