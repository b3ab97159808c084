"""Hashtags: which ones a caption holds, and when two are the same. Pure."""

import re
import unicodedata
from typing import Final

from instagram_core.posts.errors import HashtagNotFound
from instagram_core.posts.model import Hashtag

LONGEST: Final = 100
"""Code points of a hashtag, as it is kept."""
MOST: Final = 30
"""Hashtags of one caption."""

_SIGN: Final = "#"
_ADDRESS: Final = re.compile(r"(?:://|\bwww\.)\S*", re.IGNORECASE)
# They make a picture of the character before them, and would make a tag of the key "#️⃣".
_EMOJI_MARKS: Final = frozenset("\ufe0e\ufe0f\u20e3")


def hashtags_in(caption: str) -> tuple[Hashtag, ...]:
    """Give the hashtags of a caption, each once, in the order of their first place.

    - A hashtag is `#` and the letters, marks, digits and underscores behind it, of any script. An
      emoji, a space or a punctuation mark ends it. It begins with no mark, and is not digits alone.
    - The sign begins nothing inside of a word (`a#b`), after a slash or an ampersand, or inside of
      an address (`https://x/?a#b`). Right behind another hashtag it does (`#sun#sea`).
    - A hashtag of more than 100 code points is none. Those after the thirtieth are passed over: a
      caption with too many is still somebody's caption, and nothing of it is refused.
    """
    found: dict[Hashtag, None] = {}
    text = _ADDRESS.sub(" ", caption)
    at, end = text.find(_SIGN), -1  # the sign, and the end of the hashtag before it
    while at != -1 and len(found) < MOST:
        after = _end_of_word(text, at + 1)
        if (at == end or _may_begin(text, at)) and (tag := _checked(text[at + 1 : after])):
            found[tag] = None
            end = after
        at = text.find(_SIGN, after)
    return tuple(found)


def hashtag_of(text: str) -> Hashtag:
    """Give the hashtag that a text without the sign names; HashtagNotFound when it can be none."""
    if _end_of_word(text, 0) != len(text) or (tag := _checked(text)) is None:
        raise HashtagNotFound
    return tag


def _identity(text: str) -> Hashtag:
    """Give the one spelling of all that is the same hashtag.

    Case is folded, as Unicode does it (`STRASSE` and `straße` are one, so are `Σ` and `ς`), and
    letters with marks are composed (NFC), however a keyboard has sent them. Folding works on what
    is taken apart (NFD), or some Greek letters would have two spellings. Accents count: `café` is
    not `cafe`.
    """
    folded = unicodedata.normalize("NFD", text).casefold()
    return Hashtag(unicodedata.normalize("NFC", folded))


def _checked(text: str) -> Hashtag | None:
    if not text or len(text) > 4 * LONGEST or _is_mark(text[0]):
        return None
    if all(_is_digit(character) or _is_mark(character) for character in text):
        return None
    tag = _identity(text)
    return tag if len(tag) <= LONGEST else None


def _may_begin(text: str, at: int) -> bool:
    return at == 0 or not (_is_of_word(text[at - 1]) or text[at - 1] in "/&")


def _end_of_word(text: str, start: int) -> int:
    end = start
    while end < len(text) and _is_of_word(text[end]):
        end += 1
    return end


def _is_of_word(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character == "_"
    return unicodedata.category(character)[0] == "L" or _is_digit(character) or _is_mark(character)


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and character not in _EMOJI_MARKS
