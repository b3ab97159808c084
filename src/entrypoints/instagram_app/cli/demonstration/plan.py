"""Who there is, who follows whom, and who shares and likes what: the same for the same number."""

import random
import unicodedata
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

import attrs

from instagram_app.cli.demonstration import words

SCENES: Final = tuple(words.CAPTIONS)
_DAY: Final = 86_400
_POPULAR: Final = 6
"""So many people are followed by nearly everyone."""
_LIKELY: Final = 0.8
_PRIVATE: Final = 0.1


@attrs.frozen(kw_only=True)
class Person:
    """Somebody of the demonstration."""

    DOMAIN: ClassVar[str] = "demo.example"

    number: int
    username: str
    display_name: str
    bio: str
    is_private: bool
    is_verified: bool
    scenes: tuple[str, ...]
    """What they like to photograph."""

    @property
    def email(self) -> str:
        """Give an address by which the account is known to be of the demonstration."""
        return f"{self.username}@{self.DOMAIN}"


@attrs.frozen(kw_only=True)
class PlannedPost:
    """A picture that somebody shares."""

    author: int
    seed: int
    scene: str
    caption: str
    """Unique for its author: by this a second run finds it."""
    place: str
    seconds_ago: int


def cast(count: int) -> tuple[Person, ...]:
    """Give `count` people with different names; the first ones are the same for every count."""
    return tuple(_person(number) for number in range(count))


def followees(number: int, count: int) -> tuple[int, ...]:
    """Give whom somebody follows: a few popular people and some at random, never themself."""
    draw = random.Random(f"follows {number} {count}")
    popular = [one for one in range(min(_POPULAR, count)) if draw.random() < _LIKELY]
    wanted = min(count - 1, draw.randint(8, 20))
    others = draw.sample(range(count), min(count, wanted + 1))
    chosen = dict.fromkeys([*popular, *others])
    return tuple(one for one in chosen if one != number)


def followers(count: int) -> Mapping[int, tuple[int, ...]]:
    """Give who follows each person."""
    found: dict[int, list[int]] = {number: [] for number in range(count)}
    for follower in range(count):
        for followee in followees(follower, count):
            found[followee].append(follower)
    return {number: tuple(each) for number, each in found.items()}


def posts(people: tuple[Person, ...]) -> tuple[PlannedPost, ...]:
    """Give what is shared over the last two weeks, oldest first."""
    planned = [post for person in people for post in _posts_of(person)]
    return tuple(sorted(planned, key=lambda post: -post.seconds_ago))


def likers(post: PlannedPost, candidates: tuple[int, ...]) -> tuple[int, ...]:
    """Give who of the author's followers likes a post."""
    draw = random.Random(f"likes {post.author} {post.seed}")
    share = draw.uniform(0.15, 0.9)
    return tuple(one for one in candidates if draw.random() < share)


def accepts(owner: int, follower: int) -> bool:
    """Tell whether somebody private has answered a request to follow them."""
    return random.Random(f"accepts {owner} {follower}").random() < _LIKELY


def _person(number: int) -> Person:
    draw = random.Random(f"person {number}")
    turn, place = divmod(number, len(words.FIRST_NAMES))
    first = words.FIRST_NAMES[place]
    last = words.LAST_NAMES[(place * 7 + turn) % len(words.LAST_NAMES)]
    suffix = "" if turn < len(words.LAST_NAMES) else str(turn)
    return Person(
        number=number,
        username=f"{_plain(first)}.{_plain(last)}{suffix}",
        display_name=f"{first} {last}",
        bio=draw.choice(words.BIOS),
        is_private=draw.random() < _PRIVATE,
        is_verified=number in {2, 5},
        scenes=tuple(draw.sample(SCENES, 3)),
    )


def _posts_of(person: Person) -> Iterator[PlannedPost]:
    draw = random.Random(f"posts {person.number}")
    taken: set[str] = set()
    for index in range(draw.randint(1, 5)):
        scene = draw.choice(person.scenes)
        caption = draw.choice(words.CAPTIONS[scene])
        if caption in taken:
            continue
        taken.add(caption)
        yield PlannedPost(
            author=person.number,
            seed=person.number * 100 + index,
            scene=scene,
            caption=caption + draw.choice(words.ENDINGS),
            place=draw.choice(words.PLACES),
            seconds_ago=draw.randint(600, 14 * _DAY),
        )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())
