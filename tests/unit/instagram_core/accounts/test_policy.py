"""What names, addresses, passwords and profile texts may be."""

import string
from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.accounts.policy import (
    RESERVED_USERNAMES,
    checked_bio,
    checked_display_name,
    checked_email,
    checked_password,
    checked_username,
    checked_website,
)
from instagram_core.kernel.errors import InvalidError

LETTERS = string.ascii_lowercase + string.digits + "_."
Check = Callable[[str], str]

FREE_TEXTS = [
    (checked_bio, "bio", 500),
    (checked_display_name, "display_name", 64),
    (checked_password, "password", 1024),
]


def is_username(text: str) -> bool:
    """Tell, slowly and letter by letter, whether a text is a name in its final form."""
    return (
        3 <= len(text) <= 30
        and all(letter in LETTERS for letter in text)
        and text[0] != "."
        and text[-1] != "."
        and not any(one == other == "." for one, other in pairwise(text))
        and text not in RESERVED_USERNAMES
    )


@given(st.text(LETTERS, max_size=33) | st.text(max_size=33))
def test_a_username_is_taken_exactly_when_every_rule_holds(text: str) -> None:
    """The check agrees with the rules written out, for ASCII in any case."""
    folded = text.lower() if text.isascii() else text
    if is_username(folded):
        assert checked_username(text) == folded
    else:
        with pytest.raises(InvalidError) as refused:
            checked_username(text)
        assert refused.value.field == "username"


@pytest.mark.parametrize("name", ["abc", "a.b", "___", "1st", "a" * 30, "a_.b.c_9"])
def test_a_good_username_stays_as_it_is(name: str) -> None:
    """Shortest, longest and oddest names."""
    assert checked_username(name) == name


def test_capitals_of_a_username_are_folded() -> None:
    """Two names that differ in case only would be one person for everybody."""
    assert checked_username("Ada.Lovelace") == "ada.lovelace"


@pytest.mark.parametrize(
    "name", ["\ufb01ne", "\u212aelvin", "ada\n", "ada ", "a da", "ad\0a", "a\xf1b", "\u0430da"]
)
def test_lookalikes_and_white_space_are_refused_not_folded(name: str) -> None:
    """Folding outside ASCII could turn two names into one, or one name into another."""
    with pytest.raises(InvalidError):
        checked_username(name)


@pytest.mark.parametrize("name", ["admin", "API", "Explore", "www", "livez"])
def test_a_reserved_name_is_refused_in_any_case(name: str) -> None:
    """A person must not look like the system or shadow one of its paths."""
    with pytest.raises(InvalidError, match="reserved"):
        checked_username(name)


@pytest.mark.parametrize("name", ["a..b", ".ab", "ab.", "ab", "a" * 31])
def test_a_username_of_the_wrong_form_is_refused(name: str) -> None:
    """Dots at the ends or in a row, too short, too long."""
    with pytest.raises(InvalidError):
        checked_username(name)


@given(st.uuids())
def test_no_username_has_the_form_of_an_id(identity: UUID) -> None:
    """A path with a name or an id never means two people."""
    for spelling in (str(identity), identity.hex, identity.urn):
        with pytest.raises(InvalidError):
            checked_username(spelling)


@pytest.mark.parametrize(
    "address",
    ["a@b.co", "Ada+tag@Example.org", "x'y@sub.domain.example", "用户@例子.广告", "a@b.c.d.e"],
)
def test_an_address_is_kept_as_written(address: str) -> None:
    """Addresses in any script, with tags and capitals."""
    assert checked_email(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "a@b@c.org",
        "a b@c.org",
        "a@c.org\n",
        "a@c.or\u200bg",
        "a\0@c.org",
        "<a@c.org>",
        "a@b.<script>",
        'a@b."c',
        "a@b.c)",
        "a@b..c",
        "a@.c",
        "a@b.",
        "a@b.c, d@e.f",
        "a" * 251 + "@b.c",
        "\ud800@b.c",
    ],
)
def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    """No mail goes there, or to two people."""
    with pytest.raises(InvalidError) as refused:
        checked_email(address)
    assert refused.value.field == "email"


@pytest.mark.parametrize("length", [8, 1024])
def test_a_password_of_8_to_1024_characters_is_kept_as_written(length: int) -> None:
    """Nothing is trimmed; length counts code points, not bytes."""
    password = " " + "🔑" * (length - 2) + " "

    assert checked_password(password) == password


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025, "nul\0nul\0nul"])
def test_a_password_too_short_or_too_long_or_with_nul_is_refused(password: str) -> None:
    """The error names the field the caller used."""
    with pytest.raises(InvalidError) as refused:
        checked_password(password, "new")
    assert refused.value.field == "new"


@pytest.mark.parametrize(("check", "field", "longest"), FREE_TEXTS)
def test_a_text_is_taken_up_to_its_bound_in_code_points(
    check: Check, field: str, longest: int
) -> None:
    """Emoji and right-to-left text survive; one character more is refused."""
    text = ("🙂שלום" * longest)[:longest]

    assert check(text) == text
    with pytest.raises(InvalidError) as refused:
        check(text + "x")
    assert refused.value.field == field


@pytest.mark.parametrize(("check", "field", "longest"), FREE_TEXTS)
@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_what_no_store_can_keep_is_refused_in_every_text(
    check: Check, field: str, longest: int, bad: str
) -> None:
    """NUL and lone surrogates."""
    assert longest > 10
    with pytest.raises(InvalidError) as refused:
        check("some text" + bad)
    assert refused.value.field == field


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u2003"])
def test_a_display_name_must_show_something(blank: str) -> None:
    """A person without a visible name cannot be told from the page around them."""
    with pytest.raises(InvalidError):
        checked_display_name(blank)


def test_a_bio_may_be_empty_and_have_lines() -> None:
    """Text is stored as written."""
    assert checked_bio("") == ""
    assert checked_bio(" two\nlines ") == " two\nlines "


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://a.example",
        "HTTPS://a.example/b?c=d#e",
        "https://[::1]:8000/",
        "http://例子.广告/ü",
    ],
)
def test_a_website_is_kept_as_written(address: str) -> None:
    """Nothing at all, http and https, any script."""
    assert checked_website(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "//a.example",
        "a.example",
        "https://",
        "http:///path",
        "http://[::1",
        "https://a.example/\n",
        "https://a.example/ b",
        'https://a.example/"onclick=x',
        "https://a.example/<b>",
        "https://a.example\\@b.example",
        "https://a.example/\u202egnp",
        "https://a.example/" + "x" * 200,
    ],
)
def test_a_website_that_is_no_plain_web_address_is_refused(address: str) -> None:
    """What could run, hide where it leads, or break out of an attribute."""
    with pytest.raises(InvalidError) as refused:
        checked_website(address)
    assert refused.value.field == "website"
