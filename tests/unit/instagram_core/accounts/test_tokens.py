"""Session tokens: nothing but what the system issued names anybody."""

import base64
import hashlib
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instagram_core.accounts.model import UserId
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.kernel.signing import Signer

TOKENS = SessionTokens(Signer(b"secret of the tests"))
USERS = st.uuids().map(UserId)
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(USERS)
def test_a_token_names_whom_it_was_issued_to(user: UserId) -> None:
    """The owner is read without asking any store."""
    assert TOKENS.owner(TOKENS.issue(user)) == user


@given(USERS)
def test_a_token_fits_a_header_and_a_cookie(user: UserId) -> None:
    """RFC 9110 tokens and cookie values hold it without quoting."""
    token = TOKENS.issue(user)

    assert len(token) == 64
    assert set(token) <= set(URL_SAFE)


@given(USERS)
def test_two_tokens_of_one_user_are_never_the_same(user: UserId) -> None:
    """16 random bytes stand between the devices of one person."""
    assert TOKENS.issue(user) != TOKENS.issue(user)


@given(USERS, st.integers(0, 63), st.sampled_from(URL_SAFE))
def test_a_token_with_any_letter_changed_names_nobody(
    user: UserId, index: int, letter: str
) -> None:
    """Neither user, nor random part, nor seal may be touched."""
    token = TOKENS.issue(user)
    assume(token[index] != letter)

    assert TOKENS.owner(token[:index] + letter + token[index + 1 :]) is None


@given(USERS, USERS)
def test_a_seal_does_not_move_to_another_user(user: UserId, other: UserId) -> None:
    """A token whose user is exchanged names nobody."""
    assume(user != other)
    raw = base64.urlsafe_b64decode(TOKENS.issue(user))
    forged = base64.urlsafe_b64encode(other.bytes + raw[16:]).decode()

    assert TOKENS.owner(forged) is None


@given(USERS)
def test_a_token_of_another_secret_names_nobody(user: UserId) -> None:
    """Without the secret no token can be made."""
    others = SessionTokens(Signer(b"another secret than that"))

    assert TOKENS.owner(others.issue(user)) is None


def test_a_signature_for_another_purpose_is_no_seal() -> None:
    """A cursor or a media address cannot be turned into a token."""
    body = UUID(int=7).bytes * 2
    seal = Signer(b"secret of the tests").sign("cursor", body)

    assert TOKENS.owner(base64.urlsafe_b64encode(body + seal).decode()) is None


def test_another_spelling_of_the_same_bytes_is_not_a_token() -> None:
    """A token has one form: what is stored, limited and logged is keyed by its letters."""
    spelled = next(
        token
        for token in iter(lambda: TOKENS.issue(UserId(UUID(int=2**100 - 1))), "")
        if "-" in token and "_" in token
    )

    for other in (spelled.replace("-", "+"), spelled.replace("_", "/")):
        assert base64.b64decode(other, altchars=b"-_") == base64.urlsafe_b64decode(spelled)
        assert TOKENS.owner(other) is None


@given(USERS, st.integers(0, 63), st.sampled_from(["", "=", "==", " ", "A", "\n"]))
def test_a_truncated_or_padded_token_names_nobody(user: UserId, length: int, end: str) -> None:
    """Cut anywhere, filled up or not."""
    token = TOKENS.issue(user)

    assert TOKENS.owner(token[:length] + end) is None
    assert TOKENS.owner(token + end) == (None if end else user)


@given(st.text(max_size=70) | st.text(URL_SAFE + "+/= \n", min_size=64, max_size=64))
def test_any_other_text_names_nobody(text: str) -> None:
    """Whatever arrives in the header, nothing is raised."""
    assert TOKENS.owner(text) is None


@pytest.mark.parametrize("letter", ["é", "\ud800", "０"])  # noqa: RUF001 - a wide digit is meant
def test_letters_outside_ascii_name_nobody(letter: str) -> None:
    """Texts of the right length that cannot be base64."""
    assert TOKENS.owner(TOKENS.issue(UserId(UUID(int=1)))[:-1] + letter) is None


def test_the_stored_form_is_a_hash() -> None:
    """Who reads the database cannot sign in."""
    token = TOKENS.issue(UserId(UUID(int=1)))

    assert TOKENS.digest(token) == hashlib.sha256(token.encode()).digest()
