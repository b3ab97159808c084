"""The page on reliability shows every fault of every server."""

from tests.faults.befalling import FAULTS
from tests.faults.dependencies import TITLES
from tests.faults.table import BEGIN, END, PAGE, pair_of


def test_the_table_has_a_row_for_each_fault_of_each_server() -> None:
    """What the numbers are, the machine decides; that each was tried, the tests do."""
    _, _, rest = PAGE.read_text().partition(BEGIN)
    written, end, _ = rest.partition(END)
    found = {pair for line in written.splitlines() if (pair := pair_of(line))}
    assert end == END
    assert found == {(title, fault) for title in TITLES.values() for fault in FAULTS}
