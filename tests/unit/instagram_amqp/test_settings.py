"""Addresses of brokers are checked before they are used, and hold a secret."""

import pytest

from instagram_amqp.connection import AmqpSettings


@pytest.mark.parametrize(
    "url",
    [
        "amqp://someone:sec/ret@127.0.0.1",
        "amqp://someone:sec?ret@127.0.0.1:5672/",
        "amqp://someone:sec#ret@127.0.0.1:5672/",
        "amqp://someone:s[sec]ret@127.0.0.1:5672/",
        "amqp://127.0.0.1:99999",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    """Whatever part of it was read as something else."""
    with pytest.raises(ValueError, match="AMQP address") as refused:
        AmqpSettings(url=url)

    assert "sec" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("url", ["amqp://", "amqp://[::1]/", "amqps://a:s%2Fb@example.org:1/v"])
def test_an_address_is_not_shown(url: str) -> None:
    """It may hold a password."""
    assert url not in repr(AmqpSettings(url=url))
