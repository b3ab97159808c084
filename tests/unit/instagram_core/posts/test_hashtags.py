"""Hashtags of captions, of every script, and what makes two of them one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_core.posts.errors import HashtagNotFound
from instagram_core.posts.hashtags import LONGEST, MOST, hashtag_of, hashtags_in
from instagram_core.posts.model import Post

WORDS = st.text(
    st.characters(categories=("L", "M", "Nd"), exclude_characters="\ufe0e\ufe0f\u20e3")
    | st.just("_"),
    max_size=120,
)
CAPTIONS = st.lists(
    WORDS
    | st.sampled_from(["#", "##", " ", "\n", "/", "&", "://", "www.", "🦊", "☀️", "\u0661", "."])
).map("".join)


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("", []),
        ("no tag, # alone, nor #", []),
        ("#sun", ["sun"]),
        ("At the #sea, with #my_dog2!", ["sea", "my_dog2"]),
        ("(#one) “#two” [#three]…#four", ["one", "two", "three", "four"]),
        ("#sun#sea", ["sun", "sea"]),
        ("##sun", ["sun"]),
        ("#Sun #SUN #sun", ["sun"]),
        ("line\n#next\ttab\u3000#wide", ["next", "wide"]),
    ],
)
def test_a_hashtag_is_a_sign_and_the_word_behind_it(caption: str, tags: list[str]) -> None:
    """Each once, in order; punctuation and white space end it."""
    assert tags == list(hashtags_in(caption))


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("#日本語 と #きょう", ["日本語", "きょう"]),
        ("שלום #עברית שלום", ["עברית"]),
        ("#مرحبا_بالعالم", ["مرحبا_بالعالم"]),
        ("\u200f#سلام\u200f", ["سلام"]),
        ("#हिन्दी #தமிழ்", ["हिन्दी", "தமிழ்"]),
        ("#ελλάς #ΕΛΛΆΣ", ["ελλάσ"]),
        ("#café #CAFE\u0301 #cafe", ["café", "cafe"]),
        ("#STRASSE #straße", ["strasse"]),
        ("#année\u0662\u0660", ["année\u0662\u0660"]),
    ],
)
def test_every_script_has_hashtags(caption: str, tags: list[str]) -> None:
    """With their marks, whatever their direction; one spelling for each."""
    assert tags == list(hashtags_in(caption))


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("🦊#fox🦊 #🦊 #a🦊b", ["fox", "a"]),
        ("☀️#sun☀️", ["sun"]),
        ("1️⃣#one", ["one"]),
        ("#️⃣ key #️⃣a", []),
        ("👩‍👩‍👧#family👨‍👩‍👦", ["family"]),
        ("🇩🇪#de", ["de"]),
    ],
)
def test_emoji_are_around_hashtags_and_not_in_them(caption: str, tags: list[str]) -> None:
    """With all that an emoji is made of."""
    assert tags == list(hashtags_in(caption))


@pytest.mark.parametrize(
    "caption",
    [
        "a#b",
        "é#b ß#b 9#b _#b",
        "e\u0301#b",
        "https://x.example/#y",
        "see https://x.example/a?#y-#z,#w",
        "http://x.example/path-#y",
        "WWW.x.example?#y",
        "/#y",
        "&#39; &#xe9;",
        "#1 #2026 #\u0662\u0660",
        "#1\u0301",
        "#\u0301a",
        "# a",
    ],
)
def test_what_only_looks_like_a_hashtag_is_none(caption: str) -> None:
    """Inside of words and addresses, entities, numbers, and what begins with a mark."""
    assert hashtags_in(caption) == ()


def test_an_address_ends_with_a_space() -> None:
    """What comes behind it counts."""
    assert hashtags_in("https://x.example/#y #sun") == ("sun",)


def test_the_longest_hashtag_has_a_hundred_code_points() -> None:
    """As it is kept; a longer one is none, also in part."""
    longest = "é" * LONGEST
    decomposed = unicodedata.normalize("NFD", longest)
    assert [longest] == list(hashtags_in(f"#{decomposed} #{longest}a #{'ß' * 51}"))


def test_the_first_thirty_count() -> None:
    """Repeats do not; the rest is passed over."""
    names = [f"tag{number}" for number in range(MOST + 5)]
    caption = "".join(f"#{name} #{name.upper()} " for name in names)
    assert names[:MOST] == list(hashtags_in(caption))


def test_the_longest_caption_of_signs_is_read_at_once() -> None:
    """Nothing in it makes the work grow faster than its length."""
    for piece in ("#", "!#", "#a", "a#", "://a# ", "#\u0301"):
        caption = piece * (Post.CAPTION_LONGEST // len(piece))
        assert len(hashtags_in(caption)) <= MOST


@pytest.mark.parametrize(
    "text",
    ["", "#sun", "a b", "a-b", "2026", "_" * 101, "a" * 5000, "a/b", "sun☀️", "\0"],
)
def test_what_can_be_no_hashtag_is_not_found(text: str) -> None:
    """Nothing with that name can be in any caption."""
    with pytest.raises(HashtagNotFound):
        hashtag_of(text)


@given(caption=CAPTIONS)
def test_a_hashtag_found_is_its_own_name(caption: str) -> None:
    """It leads to itself, has the promised length, and is found again where it stands alone."""
    tags = hashtags_in(caption)
    assert len(tags) == len(set(tags)) <= MOST
    for tag in tags:
        assert tag == hashtag_of(tag)
        assert 1 <= len(tag) <= LONGEST
        assert (tag,) == hashtags_in(f"🦊 #{tag}. 🦊")


@given(word=WORDS)
def test_spellings_of_one_hashtag_are_one(word: str) -> None:
    """Composed or not, folded or not, alone or in a caption."""
    spellings = {word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))}
    spellings |= {spelling.casefold() for spelling in spellings}
    found = set()
    for spelling in spellings:
        try:
            tag = hashtag_of(spelling)
        except HashtagNotFound:
            tag = None
        assert hashtags_in(f"#{spelling}") == (() if tag is None else (tag,))
        found.add(tag)
    assert len(found) == 1
