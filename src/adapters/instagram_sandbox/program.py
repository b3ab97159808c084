"""What an adapter brings to run in the sandbox."""

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Program:
    """Names a decoder and what it needs."""

    decoder: str
    """`package.module:factory` of a `Decoder`, called with the `Limits`; by sandboxes only."""
    libraries: tuple[str, ...]
    """Modules that must be installed; looked for, not imported, when a processor is made."""
    environment: Mapping[str, str] = attrs.field(factory=dict)
    """Variables that tell its libraries how to behave."""
