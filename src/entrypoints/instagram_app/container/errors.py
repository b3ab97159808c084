"""How starting is refused: each message is a sentence for the operator."""


class StartRefused(Exception):
    """The process cannot start as its settings ask; nothing is left open."""


class AdapterRefused(StartRefused):
    """An adapter is not there, or is not what its family needs."""


class DataDirectoryRefused(StartRefused):
    """The data directory cannot be used, or is used by another process."""


class MigrationsMissing(StartRefused):
    """The database has not the schema of this release."""
