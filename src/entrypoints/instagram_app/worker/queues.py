"""The queues there are."""

from instagram_core.jobs.model import QUEUES

__all__ = ["QUEUES"]
