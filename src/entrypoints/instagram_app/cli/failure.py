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


def sentence_of(error: BaseException) -> str:
    """Give what to tell a person about an error."""
    # What several tasks run at once fails in a group; the first error is the cause.
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ModuleNotFoundError):
        return missing(error)

    from cyclopts.exceptions import CycloptsError

    from instagram_app.container.errors import StartRefused
    from instagram_app.settings.errors import SettingsRefused
    from instagram_core.kernel.errors import InstagramError

    if isinstance(error, Failure | WrongUse | CycloptsError | SettingsRefused | StartRefused):
        return str(error)
    if isinstance(error, InstagramError):
        return str(error) or str(error.__doc__)  # which says in a sentence what is the matter
    return f"{type(error).__name__}: {error} (--debug shows where)"
