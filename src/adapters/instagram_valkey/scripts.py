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
    def named(cls, name: str) -> "Script":
        """Give the script of `<name>.lua` in this package; `name` may hold slashes."""
        body = files("instagram_valkey").joinpath(f"{name}.lua").read_text(encoding="utf-8")
        return cls(body, hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest())
