"""Adapters are chosen by settings, opened in order, and closed in reverse."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from dependency_injector import providers

from instagram_app.container.adapters import Adapters
from instagram_app.container.carried import absent_adapters
from instagram_app.container.errors import AdapterRefused
from instagram_app.container.foundation import Foundation
from instagram_app.container.opening import make_foundation, open_application
from instagram_app.container.services import ServiceContainer
from instagram_app.settings.load import load_settings
from instagram_core.accounts.service import Device
from instagram_core.assembly import Services
from instagram_core.limits.policy import Rate
from tests.unit.instagram_app.container import own_adapters
from tests.unit.instagram_app.memory_app import memory_application, memory_settings

OWN = "tests.unit.instagram_app.container.own_adapters"


@pytest.fixture(autouse=True)
def _fresh_record() -> Iterator[None]:
    own_adapters.opened.clear()
    yield
    own_adapters.opened.clear()


@pytest.fixture
def foundation(tmp_path: Path) -> Foundation:
    """Give a foundation of in-memory settings."""
    return make_foundation(memory_settings(tmp_path), is_alone=True)


def test_every_dependency_of_the_adapters_is_given(foundation: Foundation) -> None:
    """A forgotten one would show at the first request only."""
    Adapters(foundation=foundation).check_dependencies()


def test_every_dependency_of_the_services_is_named() -> None:
    """Each has to come from somewhere: opening hands in exactly these."""
    missing = {
        name
        for name, one in ServiceContainer().dependencies.items()
        if isinstance(one, providers.Dependency) and not one.is_defined
    }

    assert missing == {
        "foundation",
        "relational",
        "jobs",
        "media",
        "images",
        "limiter",
        "timelines",
        "passwords",
        "session_cache",
    }


def test_a_system_in_memory_works(tmp_path: Path) -> None:
    """The services are real and share one store."""

    async def register() -> tuple[str, str]:
        async with memory_application(tmp_path) as application:
            accounts = application.services.accounts
            made = await accounts.sign_in.register(
                username="ada", email="ada@example.org", password="long enough", device=Device()
            )
            found = await accounts.administration.find("ADA")
            return made.account.user.username, found.email

    assert asyncio.run(register()) == ("ada", "ada@example.org")


def test_services_are_made_once(tmp_path: Path) -> None:
    """Two sets of services would mean two caches, two worlds."""

    async def services() -> tuple[Services, Services]:
        async with memory_application(tmp_path) as application:
            return application.services, application.services

    first, second = asyncio.run(services())

    assert first is second


def test_limits_are_those_of_the_settings(tmp_path: Path) -> None:
    """Or none at all."""

    async def rates(**settings: str) -> object:
        async with memory_application(tmp_path, **settings) as application:
            limits = application.limits
            return None if limits is None else limits._rules.rates["login"]

    assert asyncio.run(rates(limit_login="7/9")) == Rate(7, 9)
    assert asyncio.run(rates(limits="off")) is None


def test_factories_of_ones_own_are_opened_and_closed_in_reverse(tmp_path: Path) -> None:
    """What depends on something else goes first."""

    async def life() -> None:
        own = {"adapter_limits": f"{OWN}:open_limits", "adapter_timelines": f"{OWN}:open_timelines"}
        async with memory_application(tmp_path, **own):
            own_adapters.opened.append("working")

    asyncio.run(life())

    assert own_adapters.opened == [
        "limits opened",
        "timelines opened",
        "working",
        "timelines closed",
        "limits closed",
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no_such_package:factory", "cannot be imported: No module named 'no_such_package'"),
        (f"{OWN}:absent", "cannot be imported: module"),
        (f"{OWN}:NOT_CALLABLE", "cannot be called"),
        (f"{OWN}:no_context_manager", "gives no async context manager"),
        (f"{OWN}:open_nothing_useful", "gives str, no RateLimiter"),
    ],
)
def test_a_factory_that_is_of_no_use_is_refused(tmp_path: Path, path: str, words: str) -> None:
    """The sentence names setting, value and what is wrong."""

    async def life() -> None:
        async with memory_application(tmp_path, adapter_limits=path):
            pass

    with pytest.raises(AdapterRefused) as refused:
        asyncio.run(life())

    assert str(refused.value).startswith(f"INSTAGRAM_ADAPTER_LIMITS is {path!r}, which ")
    assert words in str(refused.value)


def test_what_a_refused_factory_opened_is_closed(tmp_path: Path) -> None:
    """A refusal leaves nothing open."""

    async def life() -> None:
        async with memory_application(tmp_path, adapter_limits=f"{OWN}:open_nothing_useful"):
            pass

    with pytest.raises(AdapterRefused):
        asyncio.run(life())

    assert own_adapters.opened == ["nonsense opened", "nonsense closed"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "INSTAGRAM_ADAPTER_MESSAGES",
            "my:open",
            "INSTAGRAM_ADAPTER_MESSAGES is 'my:open', but nothing in this version uses messages",
        ),
    ],
)
def test_what_this_version_does_not_carry_is_refused(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    """Once, in a sentence, before anything is opened."""
    settings = load_settings({"INSTAGRAM_DATA": str(tmp_path / "data"), name: value})

    async def life() -> None:
        async with open_application(settings):
            pass

    assert absent_adapters(settings) == (sentence,)
    with pytest.raises(AdapterRefused, match=sentence.split(maxsplit=1)[0]):
        asyncio.run(life())
    assert not (tmp_path / "data").exists()


def test_a_relational_factory_is_not_asked_for_what_nothing_uses(tmp_path: Path) -> None:
    """It stands for messages too, which it need not give yet."""
    chosen = {"INSTAGRAM_ADAPTER_RELATIONAL": "my.store:open_family"}

    assert absent_adapters(load_settings({"INSTAGRAM_DATA": str(tmp_path)} | chosen)) == ()
