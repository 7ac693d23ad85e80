"""Whether one cell is of a type: what a column's cells are told apart by, where nearly all are."""

from chalicelib.csv_reader.column_types import DATE_ORDERS
from chalicelib.csv_reader.profile import cells as kinds

_OF_TYPE = {
    "boolean": {kinds.TRUE_FALSE, kinds.YES, kinds.NO, kinds.T, kinds.F},
    "integer": {kinds.INTEGER},
    "decimal": kinds.NUMBERS - {kinds.EXPONENT},
    "double": kinds.NUMBERS,
    "time": {kinds.TIME},
    "timestamptz": {kinds.ZONED},
    "uuid": {kinds.UUID},
}
_ORDERS = (*DATE_ORDERS, kinds.EITHER)


def fits(cell: str, type: str) -> bool:
    """Whether the cell, which is not empty, is of the type, however that is written."""
    kind, _ = kinds.read_cell(cell)
    if type in ("date", "timestamp"):
        return kind.startswith(_ORDERS) and (type == "timestamp" or not kind.endswith(" timed"))
    return kind in _OF_TYPE[type]
