"""The page on reliability shows every fault of every server."""

from tests.faults.befalling import FAULTS
from tests.faults.dependencies import TITLES
from tests.faults.table import PAGE, pair_of


def test_the_table_has_a_row_for_each_fault_of_each_server() -> None:
    """What the numbers are, the machine decides; that each was tried, the tests do."""
    found = {pair for line in PAGE.read_text().splitlines() if (pair := pair_of(line))}
    assert found == {(title, fault) for title in TITLES.values() for fault in FAULTS}
