"""The log: one line an event, with its context, without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from instagram_app.observability.logging import configure_logging
from instagram_app.observability.masking import MASK, mask_text

TOKEN = "AaH6Zt_EcRSltZxhC34gj-YaZulHXTv4--Rb7zIrT7hOfgQ22udfk9IO_s7aoGjB"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Give the events that were written as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_the_context_of_its_task() -> None:
    """Request, user and job are on every line without being said again."""
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    structlog.contextvars.bind_contextvars(request_id="r-1", user_id="u-1")

    structlog.stdlib.get_logger("instagram.test").info("liked", post_id="p-1")

    (event,) = lines(stream)
    assert event.pop("time").endswith("Z")
    assert event == {
        "event": "liked",
        "level": "info",
        "logger": "instagram.test",
        "post_id": "p-1",
        "request_id": "r-1",
        "user_id": "u-1",
    }


def test_libraries_write_to_the_same_log() -> None:
    """What they say has the same form, and their secrets are masked too."""
    stream = io.StringIO()
    configure_logging("info", "json", stream)

    logging.getLogger("some.library").warning("cannot reach postgresql://me:hunter2@db/x")

    (event,) = lines(stream)
    assert (event["event"], event["logger"], event["level"]) == (
        f"cannot reach postgresql://me:{MASK}@db/x",
        "some.library",
        "warning",
    )


@pytest.mark.parametrize(("level", "told"), [("debug", 4), ("info", 3), ("error", 1)])
def test_what_is_below_the_level_is_not_written(level: str, told: int) -> None:
    """Down to the level that the setting names."""
    stream = io.StringIO()
    configure_logging(level, "json", stream)
    log = structlog.stdlib.get_logger("instagram.test")

    log.debug("one")
    log.info("two")
    log.warning("three")
    log.error("four")

    assert told == len(lines(stream))


@pytest.mark.parametrize(("level", "told"), [("debug", 1), ("info", 0)])
def test_what_a_driver_repeats_every_second_is_for_who_looks_for_it(level: str, told: int) -> None:
    """The adapter says once that Cassandra is away; its driver does at every attempt."""
    stream = io.StringIO()
    configure_logging(level, "json", stream)

    logging.getLogger("cassandra.cluster").error("Control connection failed to connect")

    assert told == len(lines(stream))


def test_an_error_shows_where_it_comes_from_without_its_secrets() -> None:
    """Messages of errors come from anywhere."""
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    try:
        int(f"token={TOKEN}")
    except ValueError:
        structlog.stdlib.get_logger("instagram.test").exception("failed")

    (event,) = lines(stream)
    assert "ValueError: invalid literal" in event["exception"]
    assert TOKEN not in stream.getvalue()


def test_people_read_text() -> None:
    """One line, without colours where no terminal is."""
    stream = io.StringIO()
    configure_logging("info", "console", stream)

    structlog.stdlib.get_logger("instagram.test").info("ready", password="hunter2")

    assert "ready" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    "field", ["password", "token", "Authorization", "cookie", "secret_key", "token_hash"]
)
def test_fields_of_secrets_are_masked_whatever_they_hold(field: str) -> None:
    """Also inside of mappings and lists."""
    stream = io.StringIO()
    configure_logging("info", "json", stream)

    log = structlog.stdlib.get_logger("instagram.test")
    log.info("one", **{field: "hunter2"})
    log.info("two", headers=[{field: "hunter2"}])

    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count(MASK) == 2


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"Bearer {TOKEN}", "Bearer ***"),
        ("authorization: bearer abc.def", "authorization: bearer ***"),
        (f"instagram_session={TOKEN}; x=1", "instagram_session=***; x=1"),
        (f"session {TOKEN} ended", "session *** ended"),
        ("valkey://:p@ss@h:1/0 is away", "valkey://:***@h:1/0 is away"),
        ("host=h password='a b' dbname=x", "host=h password=*** dbname=x"),
        ("/media/abc/small?e=17&s=c2lnbmF0dXJl", "/media/abc/small?e=17&s=***"),
        ("http://example.org/a?b=c", "http://example.org/a?b=c"),
        ("01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057"),
    ],
)
def test_secrets_are_told_by_their_form(text: str, masked: str) -> None:
    """And nothing else is taken for one."""
    assert mask_text(text) == masked
