"""The home feed as anybody would describe it: sets of people, and a sorted list."""

from collections.abc import Iterable

import attrs

from instagram_core.kernel.paging import Position
from instagram_core.posts.model import PostId

Pair = tuple[int, int]


@attrs.frozen(kw_only=True)
class Told:
    """A published post."""

    author: int
    position: Position
    caption: str = ""


@attrs.define
class Homes:
    """People by number, and what is between them. Acts tell whether the system allows them."""

    follows: set[Pair] = attrs.field(factory=set)
    requests: set[Pair] = attrs.field(factory=set)
    blocks: set[Pair] = attrs.field(factory=set)
    mutes: set[Pair] = attrs.field(factory=set)
    private: set[int] = attrs.field(factory=set)
    suspended: set[int] = attrs.field(factory=set)
    posts: dict[PostId, Told] = attrs.field(factory=dict)
    likes: set[tuple[int, PostId]] = attrs.field(factory=set)

    def belongs(self, reader: int, author: int) -> bool:
        """Tell whether an author's posts are in a reader's home feed."""
        if author in self.suspended or self.are_apart(reader, author):
            return False
        pair = (reader, author)
        return reader == author or (pair in self.follows and pair not in self.mutes)

    def home(self, reader: int) -> list[PostId]:
        """Give a whole home feed."""
        return self.sorted(
            post for post, told in self.posts.items() if self.belongs(reader, told.author)
        )

    def sorted(self, posts: Iterable[PostId]) -> list[PostId]:
        """Give posts newest first."""
        return sorted(posts, key=lambda post: self.posts[post].position, reverse=True)

    def are_apart(self, one: int, other: int) -> bool:
        """Tell whether either blocks the other."""
        return bool({(one, other), (other, one)} & self.blocks)

    def follow(self, reader: int, author: int) -> bool:
        """Follow, or ask to."""
        if author in self.suspended or self.are_apart(reader, author):
            return False
        if (reader, author) in self.follows:
            return True
        if author in self.private:
            self.requests.add((reader, author))
        else:
            self.accept(reader, author)
            self.follows.add((reader, author))
        return True

    def accept(self, reader: int, author: int) -> bool:
        """Let somebody follow who asked to."""
        if (reader, author) not in self.requests:
            return False
        self.requests.discard((reader, author))
        self.follows.add((reader, author))
        return True

    def unfollow(self, reader: int, author: int) -> bool:
        """Stop following, or asking to."""
        self.follows.discard((reader, author))
        self.requests.discard((reader, author))
        return True

    def block(self, one: int, other: int) -> bool:
        """Block, and end all between the two."""
        if (one, other) in self.blocks:
            return True
        self.blocks.add((one, other))
        for pairs in (self.follows, self.requests, self.mutes):
            pairs -= {(one, other), (other, one)}
        self.likes -= {
            (who, post)
            for who, post in self.likes
            if {who, self.posts[post].author} == {one, other}
        }
        return True

    def unblock(self, one: int, other: int) -> bool:
        """Lift a block."""
        is_there = (one, other) in self.blocks
        self.blocks.discard((one, other))
        return is_there

    def mute(self, reader: int, author: int) -> bool:
        """Hide somebody."""
        if author in self.suspended or self.are_apart(reader, author):
            return False
        self.mutes.add((reader, author))
        return True

    def unmute(self, reader: int, author: int) -> bool:
        """Show somebody again."""
        is_there = (reader, author) in self.mutes
        self.mutes.discard((reader, author))
        return is_there

    def make_private(self, who: int, *, is_private: bool) -> bool:
        """Go private, or public: whoever waits then follows."""
        (self.private.add if is_private else self.private.discard)(who)
        if not is_private:
            for reader, author in tuple(self.requests):
                if author == who:
                    self.accept(reader, author)
        return True

    def suspend(self, who: int, *, is_suspended: bool) -> bool:
        """Take somebody out of everybody's sight, or back."""
        (self.suspended.add if is_suspended else self.suspended.discard)(who)
        return True

    def publish(self, post: PostId, author: int, position: Position) -> bool:
        """Share something."""
        self.posts[post] = Told(author=author, position=position)
        return True

    def edit(self, post: PostId, caption: str) -> bool:
        """Change a text."""
        self.posts[post] = attrs.evolve(self.posts[post], caption=caption)
        return True

    def delete(self, post: PostId) -> bool:
        """Take a post away, with its likes."""
        del self.posts[post]
        self.likes = {like for like in self.likes if like[1] != post}
        return True

    def like(self, who: int, post: PostId) -> bool:
        """Like what one may see."""
        if not self._may_see(who, self.posts[post].author):
            return False
        self.likes.add((who, post))
        return True

    def unlike(self, who: int, post: PostId) -> bool:
        """Take a like back, or say that there is none of what one may see."""
        is_there = (who, post) in self.likes
        self.likes.discard((who, post))
        return is_there or self._may_see(who, self.posts[post].author)

    def _may_see(self, viewer: int, author: int) -> bool:
        if author in self.suspended or self.are_apart(viewer, author):
            return False
        is_open = author not in self.private or (viewer, author) in self.follows
        return is_open or viewer == author
