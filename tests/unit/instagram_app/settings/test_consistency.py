"""Settings that do not fit each other are refused."""

import pytest

from instagram_app.settings.consistency import problems_of_several_processes
from instagram_app.settings.errors import SettingsRefused
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family

SERVERS = {
    "INSTAGRAM_DATABASE_URL": "postgresql://db/x",
    "INSTAGRAM_ADAPTER_MEDIA": "my.place:open_media",
}
KEY = {"INSTAGRAM_SECRET_KEY": "0123456789abcdef"}


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.mark.parametrize(
    ("address", "family", "adapter"),
    [
        ("INSTAGRAM_VALKEY_URL=valkey://h", Family.TIMELINES, "valkey"),
        ("INSTAGRAM_VALKEY_URL=valkey://h", Family.LIMITS, "valkey"),
        ("INSTAGRAM_VALKEY_URL=valkey://h", Family.REALTIME, "valkey"),
        ("INSTAGRAM_CASSANDRA_HOSTS=h:9042", Family.MESSAGES, "cassandra"),
        ("INSTAGRAM_S3_ENDPOINT=http://h:9000", Family.MEDIA, "s3"),
        ("INSTAGRAM_AMQP_URL=amqp://h", Family.JOBS, "amqp"),
        ("INSTAGRAM_IMAGE_PROCESSOR=imagemagick", Family.IMAGES, "imagemagick"),
        ("INSTAGRAM_ADAPTER_RELATIONAL=memory", Family.JOBS, "memory"),
        ("INSTAGRAM_ADAPTER_RELATIONAL=memory", Family.MESSAGES, "memory"),
    ],
)
def test_an_address_selects_the_adapters_of_its_server(
    address: str, family: Family, adapter: str
) -> None:
    """Nothing else has to be said."""
    name, _, value = address.partition("=")

    assert load_settings({name: value}).adapter(family) == adapter


def test_a_chosen_adapter_wins_over_an_address() -> None:
    """The more exact word counts."""
    settings = load_settings(
        {"INSTAGRAM_VALKEY_URL": "valkey://h", "INSTAGRAM_ADAPTER_LIMITS": "memory"}
    )

    assert settings.adapter(Family.LIMITS) == "memory"
    assert settings.adapter(Family.TIMELINES) == "valkey"


def test_jobs_stay_with_the_transactions_that_make_them() -> None:
    """An event that is stored elsewhere could be lost, or tell of what never happened."""
    with pytest.raises(SettingsRefused, match="the first may be 'postgres' or 'amqp'"):
        load_settings({"INSTAGRAM_ADAPTER_JOBS": "memory"})


def test_a_system_without_a_data_directory_needs_a_key() -> None:
    """A key that every start makes anew would log everybody out."""
    with pytest.raises(SettingsRefused, match="INSTAGRAM_SECRET_KEY is not set"):
        load_settings(SERVERS)

    assert load_settings(SERVERS | KEY).secret_key == KEY["INSTAGRAM_SECRET_KEY"]
    assert load_settings(SERVERS | {"INSTAGRAM_DATA": "/x"}).secret_key is None


def test_several_processes_need_something_shared() -> None:
    """Limits in memory would be limits per process."""
    (problem,) = problems_of_several_processes(Settings(), "--processes 2")

    assert problem == (
        "--processes 2 makes several processes, and memory (INSTAGRAM_ADAPTER_TIMELINES and "
        "INSTAGRAM_ADAPTER_LIMITS) is not shared between them; set INSTAGRAM_VALKEY_URL"
    )


def test_several_processes_with_something_shared_are_allowed() -> None:
    """Valkey, or adapters of one's own."""
    shared = load_settings({"INSTAGRAM_VALKEY_URL": "valkey://h"})

    assert problems_of_several_processes(shared, "--processes 2") == ()
