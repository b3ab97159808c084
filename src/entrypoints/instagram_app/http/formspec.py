"""What an upload form may hold."""

from collections.abc import Mapping
from typing import ClassVar

import attrs


@attrs.frozen(kw_only=True)
class FormSpec:
    """The fields of a form; anything else is refused."""

    longest_text: ClassVar[int] = 64 * 1024
    """Bytes of a text, before its own rule is asked."""

    files: Mapping[str, int]
    """Names of file fields and how many of each; one of the names at a time."""
    texts: tuple[str, ...] = ()
    """Text fields, once each."""
    lists: tuple[str, ...] = ()
    """Text fields that may come once for each file."""

    @property
    def most_files(self) -> int:
        """Give how many files there may be."""
        return max(self.files.values())

    def most_bytes(self, file_bytes: int) -> int:
        """Give how large the form may be when each file has at most `file_bytes`."""
        texts = len(self.texts) + len(self.lists) * self.most_files
        return self.most_files * (file_bytes + self.longest_text) + (texts + 1) * self.longest_text
