"""Rules that every text a person writes obeys."""

from instagram_core.kernel.errors import InvalidError


def checked_text(field: str, value: str, *, longest: int, shortest: int = 0) -> str:
    """Give `value` back as written; InvalidError for NUL, lone surrogates or a wrong length.

    Length counts code points. Nothing is trimmed or normalised: text is stored as written.
    """
    if "\0" in value:
        raise InvalidError(field, "must not contain the NUL character")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidError(field, "must be valid Unicode")
    if len(value) > longest:
        raise InvalidError(field, f"must have at most {longest} characters")
    if len(value) < shortest:
        raise InvalidError(field, f"must have at least {shortest} characters")
    return value
