"""Ends a run of the contracts with a table of ports and adapters."""

import pytest

from tests.contract.matrix import LEGEND, TITLE, Matrix, adapter_of, port_of

_PROPERTY = "contract"
_MATRIX = pytest.StashKey[Matrix]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    matrix = config.stash[_MATRIX] = Matrix()
    config.pluginmanager.register(_Counting(matrix))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table; nothing when no contract ran."""
    if lines := [*config.stash[_MATRIX].lines()]:
        terminalreporter.section(TITLE)
        for line in [*lines, "", LEGEND]:
            terminalreporter.write_line(line)


class _Counting:
    """Hears of every test, also outside this folder, and from whichever process reports come."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Write port and adapter into the test, from where they travel with its reports."""
        tested = getattr(item, "cls", None)
        if tested is not None and (port := port_of(tested)):
            item.user_properties.append((_PROPERTY, [port, adapter_of(item.path)]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count it if it is of a contract."""
        for name, value in report.user_properties:
            if name == _PROPERTY and isinstance(value, list):
                port, adapter = value
                self._matrix.add((port, adapter), report.nodeid, report.outcome)
