"""What a column's cells in a batch are, asked of DuckDB instead of looked at one by one.

A column that has few values is grouped by value. Of one that has many, the cells that are most
probably alike are taken together: those of the kind that most cells before were of, as far as that
is certain of them. A cast and its way back make it certain: `5` is an integer if, cast to one and
back to text, it is `5` again. What is left over is looked at as ever, by `read_cell`, so nothing
depends on what DuckDB takes for a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.csv_reader import cell_types as kinds
from chalicelib.csv_reader.cell_types import date_kind, read_cell
from chalicelib.csv_reader.column_evidence import KindEvidence, shown
from chalicelib.csv_reader.column_tally import ColumnTally
from chalicelib.csv_reader.distinct_sketch import DistinctSketch
from chalicelib.csv_reader.duckdb_table import DuckDbTable

_MOST_DIGITS = 38  # of DuckDB's decimals
_FAST_DIGITS = 18  # those of 64 bits

_DATES = date_kind(kinds.YEAR_FIRST, "-")
_TIMESTAMPS = date_kind(kinds.YEAR_FIRST, "-", timed=True)
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_EPOCH = read_cell("1970-01-01")[1]
_YEAR_1 = (read_cell("0001-01-01")[1] - _EPOCH) // 1000


@dataclass(frozen=True)
class Plan:
    """How to be certain that a cell `c` is of a kind, and what it is worth.

    `value` is SQL, and so is `is_certain`, which may go by that value, `v`. `number` makes of it
    what `read_cell` makes of the cell. Both are None for kinds without an order.
    """

    kind: str
    is_certain: str
    value: str = "null"
    number: Callable | None = None
    is_numeric: bool = False


@dataclass(frozen=True)
class Answer:
    """What one column has in a batch: how many cells that are not empty, and which.

    `counted` are keys with how often they occur and in which row, from 0, first. Those that are
    certain to be of the kind of `plan` are not among them, but add up to `certain`.
    """

    filled: int
    counted: list[tuple[str, int, int]]
    hashes: list[int]
    plan: Plan | None = None
    certain: tuple | None = None
    low: tuple | None = None
    high: tuple | None = None
    sample: list[tuple[float]] | None = None
    level: int = 0


def ask(table: DuckDbTable, column: int, tally: ColumnTally) -> Answer:
    """What the column has in the batch that is loaded. `tally` is what it had before."""
    cells = table.cells(column)
    filled = table.filled[column]
    if tally.counts is not None:
        return Answer(filled, _counted(table, cells), [])
    hashes = _hashes(table, cells, tally.distinct)
    plan = plan_for(tally.evidence.kinds)
    if not plan:
        return Answer(filled, _counted(table, cells), hashes)
    judged = _judged(cells, plan)
    figures = "min(v), max(v), sum(v)::varchar" if plan.is_numeric else "min(v), max(v), null"
    certain = table.one(
        "select count(*), min(k), max(k), min(length(c)), max(length(c)),"
        f" {figures} from {judged} where ok"
    )
    counted = []
    if certain[0] < filled:
        counted = _counted(table, f"{judged} where ok is not true")
    low = high = None
    if plan.number and certain[0]:
        known = tally.evidence.kinds[plan.kind].by_value
        low, high = (
            table.one(f"select v, r, k from {judged} where ok and v = $1 limit 1", v)
            if is_new
            else None
            for v, is_new in (
                (certain[5], plan.number(certain[5]) < known.low[0]),
                (certain[6], plan.number(certain[6]) > known.high[0]),
            )
        )
    sample = []
    if plan.is_numeric:
        of_sample = _judged(table.cells(column, "sample"), plan)
        sample = table.all(f"select v::double from {of_sample} where ok")
    return Answer(filled, counted, hashes, plan, certain, low, high, sample, table.sample_level)


def _judged(cells: str, plan: Plan) -> str:
    """A subquery: the cells, with their value `v`, and whether they are certain to be `ok`."""
    valued = f"(select *, {plan.value} as v from {cells})"
    return f"(select r, c, k, v, {plan.is_certain} as ok from {valued})"


def take_in(tally: ColumnTally, answer: Answer, first_row: int, rows: int) -> None:
    """Add the cells of a batch of `rows`, the first of which is `first_row`."""
    tally.evidence.empty += rows - answer.filled
    counted = ((key, count, first_row + row) for key, count, row in answer.counted)
    if tally.counts is not None:
        tally.add_counted(counted)
        return
    tally.distinct.add(answer.hashes)
    tally.add_sketched(counted)
    if answer.plan and answer.certain[0]:
        _add_certain(tally, answer, first_row)


def _add_certain(tally: ColumnTally, answer: Answer, first_row: int) -> None:
    plan = answer.plan
    count, least, greatest, shortest, longest, low, high, total = answer.certain
    evidence = tally.evidence.kinds[plan.kind]
    evidence.add_cells(count, (shown(least), shown(greatest)), (shortest, longest))
    for extreme in filter(None, (answer.low, answer.high)):
        value, row, key = extreme
        evidence.by_value.include(plan.number(value), first_row + row, shown(key))
    if plan.is_numeric:
        digits = max(len(str(abs(int(value)))) for value in (low, high))
        evidence.whole_digits = max(evidence.whole_digits, digits)
        scale = len(total.partition(".")[2])
        units = int(total.replace(".", ""))
        evidence.sums[scale] = evidence.sums.get(scale, 0) + units
        tally.quantiles.extend((value for (value,) in answer.sample), answer.level)


def _counted(table: DuckDbTable, cells: str) -> list[tuple[str, int, int]]:
    found = table.all(f"select k, count(*), min(r) from {cells} group by k")
    return sorted(found, key=lambda counted: counted[2])


def _hashes(table: DuckDbTable, cells: str, known: DistinctSketch) -> list[int]:
    """The least hashes of the cells, below the threshold."""
    hashed = f"(select hash(k) as h from {cells})"
    below = f"where h < {known.threshold}" if known.is_full else ""
    query = f"select distinct h from {hashed} {below} order by h limit {known.limit + 1}"
    return [value for (value,) in table.all(query)]


def plan_for(found: dict[str, KindEvidence]) -> Plan | None:
    """The plan for cells that are mostly like those before, if there is one for their kind."""
    kind = max(found, key=lambda name: found[name].count, default=None)
    if kind == kinds.FRACTION:
        return _plan_for_fractions(found[kind])
    return _PLANS.get(kind)


def _plan_for_fractions(evidence: KindEvidence) -> Plan | None:
    """With as many digits as were seen: `0.5` is a fraction if it begins what the cast gives."""
    digits = evidence.whole_digits + evidence.scale
    if digits > _MOST_DIGITS:
        return None
    precision = _FAST_DIGITS if digits <= _FAST_DIGITS else _MOST_DIGITS
    return Plan(
        kinds.FRACTION,
        "contains(c, '.') and starts_with(v::varchar, c)",
        f"try_cast(c as decimal({precision}, {evidence.scale}))",
        Decimal,
        is_numeric=True,
    )


def _moment(microseconds: int) -> int:
    return microseconds * 1000 + _EPOCH


def _plan_for_times(kind: str, pattern: str, cast: str) -> Plan:
    return Plan(
        kind,
        f"v >= {_YEAR_1} and regexp_full_match(c, '{pattern}')",
        f"epoch_us(try_cast({cast}))",
        _moment,
    )


_NO_CODE = " and ".join(f"not contains(c, '{code}')" for code in kinds.CURRENCY_CODES)
# Spaces at the end could hide a word, and at the beginning.
_NO_SPACE = " and ".join(
    f"not {function}(c, {space})"
    for function in ("starts_with", "ends_with")
    for space in ("' '", "chr(9)")
)
_TEXT_CHARACTER = kinds.TEXT_CHARACTER.replace("'", "''")

_PLANS = {
    plan.kind: plan
    for plan in (
        Plan(kinds.INTEGER, "v::varchar = c", "try_cast(c as bigint)", int, is_numeric=True),
        Plan(
            kinds.TEXT,
            f"length(c) > {kinds.LONGEST_WORD} and {_NO_SPACE} and case"
            " when c >= 'g' and c < 't' or c >= 'v' and c < 'z' then true"
            f" else regexp_matches(c, '{_TEXT_CHARACTER}') and {_NO_CODE} end",
        ),
        Plan(kinds.UUID, f"regexp_full_match(c, '{_UUID}')"),
        _plan_for_times(_DATES, _DATE, "c as date"),
        _plan_for_times(_TIMESTAMPS, f"{_DATE}[T ]{_CLOCK}", "c as timestamp"),
        _plan_for_times(kinds.ZONED, f"{_DATE}[T ]{_CLOCK}Z", "rtrim(c, 'Z') as timestamp"),
    )
}
