"""Which limits a request meets, and what an address counts as."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.limits.policy import DEFAULT_RATES, LimitRules, Rate, address_subject

V4 = st.ip_addresses(v=4).map(ipaddress.IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)


@given(V4)
def test_an_ipv4_address_counts_as_itself(address: ipaddress.IPv4Address) -> None:
    """Neighbours in IPv4 are different subscribers."""
    assert address_subject(str(address)) == str(address)


@given(V4)
def test_an_ipv4_address_written_as_ipv6_is_the_ipv4_address(
    address: ipaddress.IPv4Address,
) -> None:
    """Neither the dotted nor the hexadecimal spelling gives a second allowance."""
    high, low = int(address) >> 16, int(address) & 0xFFFF

    assert address_subject(f"::ffff:{address}") == str(address)
    assert address_subject(f"::FFFF:{high:x}:{low:x}") == str(address)


@given(V6.filter(lambda address: address.ipv4_mapped is None), st.integers(0, 2**64 - 1))
def test_an_ipv6_network_of_64_bits_counts_as_one(
    address: ipaddress.IPv6Address, host: int
) -> None:
    """A subscriber who walks through their own 2^64 addresses stays one subject."""
    network = int(address) >> 64
    other = ipaddress.IPv6Address(network << 64 | host)
    if other.ipv4_mapped is not None:
        return

    assert address_subject(str(other)) == address_subject(str(address))
    assert address_subject(address.exploded.upper()) == address_subject(str(address))


@given(V6, V6)
def test_two_networks_count_apart(one: ipaddress.IPv6Address, other: ipaddress.IPv6Address) -> None:
    """Whoever shares no /64 shares no allowance."""
    if int(one) >> 64 != int(other) >> 64:
        assert address_subject(str(one)) != address_subject(str(other))


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::1%25eth0", "fe80::/64"),
        ("fe80::2%wlan1", "fe80::/64"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("unix", "unix"),
        ("", ""),
        ("%", "%"),
        ("300.1.1.1", "300.1.1.1"),
        ("010.1.1.1", "010.1.1.1"),
    ],
)
def test_zones_are_dropped_and_other_texts_count_as_they_are(address: str, subject: str) -> None:
    """A zone is local to a machine; what is no address is still somebody."""
    assert address_subject(address) == subject


def test_the_default_rates_are_those_of_the_public_contract() -> None:
    """The numbers of the API page, in seconds."""
    expected = {
        "follow": (30, 3600),
        "post": (10, 3600),
        "story": (30, 3600),
        "like": (100, 3600),
        "comment": (50, 3600),
        "message": (60, 60),
        "login": (5, 60),
        "feed": (60, 60),
        "all": (1000, 60),
    }

    assert {name: (rate.attempts, rate.seconds) for name, rate in DEFAULT_RATES.items()} == expected


@pytest.mark.parametrize("rate", [(0, 60), (-1, 60), (5, 0), (5, -1)])
def test_a_rate_that_allows_nothing_cannot_be_made(rate: tuple[int, float]) -> None:
    """Zero attempts or no window is a mistake, not a limit."""
    with pytest.raises(ValueError, match="must be"):
        Rate(*rate)


def test_a_user_meets_the_overall_limit_and_the_actions() -> None:
    """Both are judged for the same user; without an action only the overall one."""
    rules = LimitRules()

    assert [(each.action, each.subject) for each in rules.of_user("7", "like")] == [
        ("all", "user:7"),
        ("like", "user:7"),
    ]
    assert [each.action for each in rules.of_user("7")] == ["all"]


def test_rules_use_the_rates_they_were_given() -> None:
    """Settings replace the defaults."""
    (limit,) = LimitRules(rates={"all": Rate(7, 11)}).of_user("7")

    assert (limit.attempts, limit.seconds) == (7, 11)


def test_a_sign_in_meets_limits_of_account_and_address() -> None:
    """Guessing one account from many addresses is limited, and many accounts from one."""
    limits = LimitRules().of_login("ada", "192.0.2.1")

    assert [(each.action, each.subject) for each in limits] == [
        ("all", "address:192.0.2.1"),
        ("login", "account:ada"),
        ("login", "address:192.0.2.1"),
    ]
    assert len({each.key for each in limits}) == 3


@pytest.mark.parametrize("spelling", ["ADA", "Ada", " ada", "ada ", "\tada\n", "\u2003ada"])
def test_every_spelling_of_a_login_counts_as_the_same_account(spelling: str) -> None:
    """Sign-in folds case and drops white space around the name: guessing must not gain by it."""
    rules = LimitRules()

    assert rules.of_login(spelling, "192.0.2.1") == rules.of_login("ada", "192.0.2.1")


@given(st.text(max_size=20), st.text(max_size=40))
def test_no_login_can_use_up_the_allowance_of_an_address(login: str, address: str) -> None:
    """Keys of accounts and of addresses are apart whatever somebody types."""
    keys = [each.key for each in LimitRules().of_login(login, address)]

    assert len(set(keys)) == 3
