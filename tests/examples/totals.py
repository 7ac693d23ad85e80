"""The totals of a catalog, held against its records."""

from collections import Counter

from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.totals import FIGURES, TOTALS_ARE_COMPLETE, Totals, figures_of


def assert_totals_are_those_of_all(records: RecordsTable, history: HistoryTable) -> None:
    history.write([dict(zip(("PK", "SK"), TOTALS_ARE_COMPLETE, strict=True))])
    reckoned = Counter(dict.fromkeys(FIGURES, 0))
    for record in records.everything():
        reckoned.update(figures_of(record))
    assert Totals(history).read() == reckoned
