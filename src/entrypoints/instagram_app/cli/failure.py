"""How commands fail: a sentence on standard error, and an exit code."""


class Failure(Exception):
    """The command failed; the message is the sentence. Exit code 1."""


class WrongUse(Exception):
    """The command was asked for something it does not do. Exit code 2."""


def missing(error: ModuleNotFoundError) -> str:
    """Give the sentence about a library that is not there."""
    return (
        f"the library {error.name} is not installed; "
        "pip install 'instagram-core[embedded]' brings all that the app needs"
    )
