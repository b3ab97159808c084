"""Every kind takes what people may write and refuses what makes no sense."""

import pytest

from instagram_app.settings.kinds import MASK, without_password
from instagram_app.settings.row import Row
from instagram_app.settings.table import ROWS, Settings

BY_FIELD = {row.field: row for row in ROWS}
REFUSED = {
    "data": ["", " ", "/a\0b", "/a\nb"],
    "database_url": ["", "localhost", "postgresql://", "mysql://h/x", "postgresql://h:x/d"],
    "valkey_url": ["localhost:6379", "http://h", "redis://", "redis://h:99999"],
    "cassandra_hosts": ["", ",", "a,", "a:0", "a:65536", "a:x", "u@a:1", "a/b"],
    "cassandra_replication": ["0", "101", "3.0"],
    "s3_endpoint": ["s3://b", "https://", "h:9000"],
    "amqp_url": ["kafka://h", "amqp://"],
    "image_processor": ["", "pillow", "VIPS"],
    "adapter_relational": ["", "sqlite", "module", "module:", ":factory", "a-b:c", "a.b:c d"],
    "adapter_media": ["postgres"],
    "secret_key": ["", "fifteen-letters", "sixteen\nletters!"],
    "public_url": ["", "example.org", "ftp://h", "https://h/path", "https://u@h", "https://h?q"],
    "trusted_proxies": ["", "10.0.0.1/8", "host", "10.0.0.0/33", "10.0.0.0/8,,::1"],
    "limits": ["", "true", "1", "ON"],
    "limit_follow": ["", "30", "0/60", "30/0", "-1/60", "1.5/60", "30/1h", "30 / 60", "٣/60"],
    "upload_bytes": ["0", "-1", "1e6", "10M", "1_000", " 5", "٣"],
    "timeout_request": ["", "0", "-1", "nan", "inf", "3601", "5s"],
    "connections": ["0", "1000001"],
    "feed_rank_half_life_hours": ["", "0", "8761", "1e3", "nan", "-1", ".5", "1.", "0.0000001"],
    "feed_rank_recency": ["-0.5", "10.1", "inf"],
    "feed_rank_diversity": ["0", "1.5"],
    "feed_rank_candidates": ["0", "1001", "1.5"],
    "log_level": ["", "INFO", "trace"],
    "log_format": ["", "xml"],
}
TAKEN = [
    ("data", "/srv/photos", "/srv/photos"),
    ("database_url", "postgresql:///x?host=/run/pg", "postgresql:///x?host=/run/pg"),
    ("valkey_url", "unix:///run/valkey.sock", "unix:///run/valkey.sock"),
    ("cassandra_hosts", "a, b:9043,[::1]:1", "a:9042,b:9043,[::1]:1"),
    ("adapter_media", "my.place:open_media", "my.place:open_media"),
    ("public_url", "https://Photos.example:8443/", "https://Photos.example:8443"),
    ("trusted_proxies", "none", "none"),
    ("trusted_proxies", "10.0.0.0/8,::1", "10.0.0.0/8,::1/128"),
    ("limits", "off", "off"),
    ("limit_follow", "5/1", "5/1"),
    ("timeout_valkey", "0.150", "0.15"),
    ("feed_rank_half_life_hours", "1234.567", "1234.567"),
    ("feed_rank_recency", "0", "0"),
    ("feed_rank_diversity", "0.70", "0.7"),
]


@pytest.mark.parametrize(
    ("field", "text"), [(field, text) for field, texts in REFUSED.items() for text in texts]
)
def test_an_impossible_value_is_refused(field: str, text: str) -> None:
    """Nothing is guessed, trimmed or rounded."""
    with pytest.raises(ValueError):  # noqa: PT011 - the words are made by the loader
        BY_FIELD[field].kind.read(text)


@pytest.mark.parametrize(("field", "text", "shown"), TAKEN)
def test_a_possible_value_is_taken(field: str, text: str, shown: str) -> None:
    """What is shown again may be written again."""
    kind = BY_FIELD[field].kind

    assert kind.show(kind.read(text)) == shown
    assert kind.read(shown) == kind.read(text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.field)
def test_every_default_may_be_written_as_it_is_shown(row: Row) -> None:
    """The table tells defaults in words that the setting itself takes."""
    value = getattr(Settings(), row.field)

    assert value is None or row.kind.read(row.kind.show(value)) == value


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:pa/ss@w@db:5/x", "postgresql://me:***@db:5/x"),
        ("valkey://:secret@h", "valkey://:***@h"),
        (
            "postgresql://h/x?user=me&password=secret&x=1",
            "postgresql://h/x?user=me&password=***&x=1",
        ),
        ("postgresql://h/x", "postgresql://h/x"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    """The rest of it is what an operator needs to see."""
    assert without_password(address) == shown


def test_a_secret_that_is_no_address_is_not_shown_at_all() -> None:
    """Not even its length."""
    assert BY_FIELD["secret_key"].show("0123456789abcdef") == MASK
    assert BY_FIELD["database_url"].show("postgresql://me:x@h/d") == "postgresql://me:***@h/d"
    assert BY_FIELD["secret_key"].show(None) == ""
