"""The queues there are."""

from typing import Final

QUEUES: Final = ("default", "media", "fanout")
"""Every event names one of these; a worker takes jobs of some or all."""
