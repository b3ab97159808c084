"""How settings are refused."""

from collections.abc import Iterable


class SettingsRefused(Exception):
    """Settings make no sense; each problem names the setting, its value, what is allowed."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the problems, a sentence each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
