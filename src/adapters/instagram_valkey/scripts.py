"""Lua that runs inside the server, each in a file of its own."""

import hashlib
from importlib.resources import files

import attrs


@attrs.frozen
class Script:
    """A script with the digest by which the server knows it."""

    body: str = attrs.field(repr=False)
    digest: str

    @classmethod
    def of(cls, body: str) -> "Script":
        """Give the script of a text."""
        return cls(body, hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest())

    @classmethod
    def named(cls, *names: str) -> "Script":
        """Give the script of `<name>.lua` in this package, of several one after the other.

        A name may hold slashes.
        """
        package = files("instagram_valkey")
        texts = (package.joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names)
        return cls.of("".join(texts))
