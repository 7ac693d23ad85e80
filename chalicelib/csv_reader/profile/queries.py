"""What a column's cells in a batch are, asked of DuckDB instead of looked at one by one.

A column that has few values is grouped by value. Of one that has many, the cells that are most
probably alike are taken together: those of the kind that most cells before were of, as far as that
is certain of them. A cast and its way back make it certain: `5` is an integer if, cast to one and
back to text, it is `5` again. What is left over is looked at as ever, by `read_cell`, so nothing
depends on what DuckDB takes for a number.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.csv_reader.column_types import YEAR_FIRST
from chalicelib.csv_reader.profile import cells as kinds
from chalicelib.csv_reader.profile.cells import date_kind, read_cell
from chalicelib.csv_reader.profile.engine import DuckDbBatch, Found
from chalicelib.csv_reader.profile.evidence import LONGEST_TEXT, KindEvidence, shown
from chalicelib.csv_reader.profile.tally import ColumnTally

_MOST_DIGITS = 32  # of decimals of which a batch can be summed up, in 38 digits
_FAST_DIGITS = 18  # those of 64 bits
_DIGITS_OF_A_GROUP = 3
_NO_LIMIT = 1 << 62  # rows
_QUESTIONS_AT_ONCE = 32  # more take too much memory, and fewer parse the batch more often

_DATES = date_kind(YEAR_FIRST, "-")
_TIMESTAMPS = date_kind(YEAR_FIRST, "-", timed=True)
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_EPOCH = read_cell("1970-01-01")[1]


@dataclass(frozen=True)
class Plan:
    """How to be certain that a cell, the key `k`, is of a kind.

    `value` is SQL, and so is `is_certain`, which may go by that value, `v`. Written as text, that
    is for `read_cell` what the cell is; `literal` makes SQL of what it is then, rounded down. That
    is None for kinds without an order.
    """

    kind: str
    is_certain: str
    value: str = "null"
    literal: Callable | None = None
    is_numeric: bool = False
    is_canonical: bool = False  # whether the cell is that text itself


class ColumnQuestion:
    """What is asked of one column in a batch. `tally` is what it had before."""

    def __init__(self, column: int, tally: ColumnTally):
        self.column = column
        self.tally = tally
        self.has_many = tally.counts is None
        self._plan = plan_for(tally.evidence.kinds) if self.has_many else None
        self._asks_for_rest = self.has_many and (not self._plan or tally.is_mixed)

    def selects(self, of_ascii: bool) -> Iterator[str]:
        """The queries whose answers are to be taken in. ASCII is faster to measure."""
        if not self.has_many:
            yield (
                f"select {self.column}, key(c{self.column}), count(*), min(r), null, null"
                f" from batch group by c{self.column}"
            )
        if self._plan:
            yield self._figures(self._plan, "strlen" if of_ascii else "length")
        if self._asks_for_rest:
            yield self.rest()

    def misses_some(self, found: Found) -> bool:
        """Whether there are cells that were not expected, and `rest` is to be asked for too."""
        if not self.has_many or self._asks_for_rest:
            return False
        return found.figures[self.column]["count"] < found.filled[self.column]

    def rest(self) -> str:
        """The query for the cells that are not certain to be of the kind that most are."""
        of_kind = f"({self._plan.is_certain}) is true" if self._plan else "false"
        return (
            f"select {self.column}, k, count(*), min(r), hash(k), null"
            f" from {self._valued()} where k is not null and not {of_kind} group by k"
        )

    def has_long_cells(self, found: Found) -> bool:
        """Whether some cells are long, and there should have been no key of all of it."""
        figures = found.figures.get(self.column)
        if figures and (figures["longest"] or 0) > LONGEST_TEXT:
            return True
        return any(key and len(key) > LONGEST_TEXT for key, *_ in found.cells.get(self.column, ()))

    def take_in(self, found: Found, first_row: int, rows: int, sample_level: int) -> None:
        """Add the cells of a batch of `rows`, the first of which is `first_row`."""
        tally = self.tally
        cells = found.cells.get(self.column, [])
        if self.has_many:
            tally.evidence.empty += rows - found.filled[self.column]
            tally.distinct.add(hashed for _, _, _, hashed in cells)
        else:
            tally.evidence.empty += sum(count for key, count, _, _ in cells if key is None)
        counted = sorted((row, key, count) for key, count, row, _ in cells if key is not None)
        of_file = ((key, count, first_row + row) for row, key, count in counted)
        if not self.has_many:
            tally.add_counted(of_file)
            return
        tally.add_sketched(of_file)
        tally.is_mixed |= bool(counted)
        figures = found.figures.get(self.column)
        if figures and figures["count"]:
            self._add_certain(self._plan, figures, first_row, sample_level)

    def _valued(self) -> str:
        """A subquery: row, key and value of each cell, and whether it is one of the sample.

        Its limit, which nothing reaches, keeps DuckDB from computing the values twice: once to look
        at them, and once more below, to choose the cells by.
        """
        value = self._plan.value if self._plan else "null"
        cells = f"(select r, sample, c{self.column} as c, key(c{self.column}) as k from batch)"
        return f"(select *, {value} as v, hash(k) as h from {cells} limit {_NO_LIMIT})"

    def _figures(self, plan: Plan, length: str) -> str:
        """The query for what is told of all cells that are certain to be of one kind."""
        distinct = self.tally.distinct
        below = f" filter (h < {distinct.threshold})" if distinct.is_full else ""
        figures = {
            "count": "count(*)",
            "least": "min(k)",
            "greatest": "max(k)",
            "shortest": f"min({length}(c))",
            "longest": f"max({length}(c))",
            "hashes": f"list(distinct h){below}",
        }
        if plan.literal:
            known = self.tally.evidence.kinds[plan.kind].by_value
            low, high = plan.literal(known.low[0]), plan.literal(known.high[0])
            for end, best, is_new in (
                ("low", "min", f"<= {low}"),
                ("high", "max", f">= {high}"),
            ):
                figures[f"{end}_value"] = f"{best}(v)::varchar"
                figures[f"{end}_row"] = f"arg_{best}(r, v) filter (v {is_new})"
                if not plan.is_canonical:
                    figures[f"{end}_key"] = f"arg_{best}(k, v) filter (v {is_new})"
        if plan.is_numeric:
            figures["total"] = "sum(v)::varchar"
            figures["sample"] = "(list(v) filter (sample))::double[]"
        told = ", ".join(f"{name} := {figures.get(name, 'null')}" for name in _FIGURES)
        return (
            f"select {self.column}, null, null, null, null, struct_pack({told})"
            f" from {self._valued()} where {plan.is_certain}"
        )

    def _add_certain(self, plan: Plan, figures: dict, first_row: int, sample_level: int) -> None:
        self.tally.distinct.add(figures["hashes"] or ())
        evidence = self.tally.evidence.kinds[plan.kind]
        evidence.add_cells(
            figures["count"],
            (shown(figures["least"]), shown(figures["greatest"])),
            (figures["shortest"], figures["longest"]),
        )
        for end in ("low", "high"):
            row, key, value = (figures[f"{end}_{what}"] for what in ("row", "key", "value"))
            if row is not None:
                evidence.by_value.include(read_cell(value)[1], first_row + row, shown(key or value))
        if plan.is_numeric:
            extremes = evidence.by_value.low[0], evidence.by_value.high[0]
            digits = max(len(str(abs(int(value)))) for value in extremes)
            evidence.whole_digits = max(evidence.whole_digits, digits)
            scale = len(figures["total"].partition(".")[2])
            units = int(figures["total"].replace(".", ""))
            evidence.sums[scale] = evidence.sums.get(scale, 0) + units
            self.tally.quantiles.extend(figures["sample"] or (), sample_level)


# Those that a plan does not tell are null: all structs have to be of one type.
_FIGURES = (
    *("count", "least", "greatest", "shortest", "longest", "hashes", "total", "sample"),
    *(f"{end}_{what}" for end in ("low", "high") for what in ("row", "key", "value")),
)


def ask_all(batch: DuckDbBatch, questions: Sequence[ColumnQuestion]) -> Found | None:
    """What the batch answers to all of the questions; None if it can't be read."""
    found = Found()
    for first in range(0, len(questions), _QUESTIONS_AT_ONCE):
        some = questions[first : first + _QUESTIONS_AT_ONCE]
        answer = _ask(batch, some)
        if answer is None:
            return None
        if batch.keeps_whole and any(question.has_long_cells(answer) for question in some):
            batch.keep_long_cells(whole=False)
            answer = _ask(batch, some)
        found.add(answer)
    return found


def _ask(batch: DuckDbBatch, questions: Sequence[ColumnQuestion]) -> Found | None:
    filled = [question.column for question in questions if question.has_many]
    selects = [each for question in questions for each in question.selects(batch.is_ascii)]
    found = batch.ask(selects, filled)
    if found:
        unexpected = [question.rest() for question in questions if question.misses_some(found)]
        if unexpected:
            found.add(batch.ask(unexpected, []))
    return found


def plan_for(found: dict[str, KindEvidence]) -> Plan | None:
    """The plan for cells that are mostly like those before, if there is one for their kind."""
    kind = max(found, key=lambda name: found[name].count, default=None)
    if kind == kinds.FRACTION:
        return _plan_for_fractions(found[kind])
    if kind == kinds.COMMA:
        return _plan_for_commas(found[kind])
    return _PLANS.get(kind)


def _plan_for_fractions(evidence: KindEvidence) -> Plan | None:
    """With as many digits as were seen: `0.5` is a fraction if it begins what the cast gives."""
    type_ = _decimal_type(evidence)
    if not type_:
        return None
    return Plan(
        kinds.FRACTION,
        "case when v::varchar = k then true"
        " else contains(k, '.') and starts_with(v::varchar, k) end",
        f"try_cast(k as {type_})",
        lambda number: f"'{number:f}'::{type_}",
        is_numeric=True,
    )


def _plan_for_commas(evidence: KindEvidence) -> Plan | None:
    """As with points, if a comma before three digits that may part thousands is none of them."""
    type_ = _decimal_type(evidence)
    if not type_ or evidence.scale == _DIGITS_OF_A_GROUP:
        return None
    text = "replace(v::varchar, '.', ',')"
    begins = f"contains(k, ',') and starts_with({text}, k)"
    return Plan(
        kinds.COMMA,
        f"{text} = k" if evidence.scale > _DIGITS_OF_A_GROUP else begins,
        f"try_cast(case when contains(k, '.') then null else replace(k, ',', '.') end as {type_})",
        lambda number: f"'{number:f}'::{type_}",
        is_numeric=True,
    )


def _decimal_type(evidence: KindEvidence) -> str | None:
    digits = evidence.whole_digits + evidence.scale
    if evidence.scale == 0 or digits > _MOST_DIGITS:
        return None
    return f"decimal({_FAST_DIGITS if digits <= _FAST_DIGITS else 38}, {evidence.scale})"


def _plan_for_times(kind: str, pattern: str, type_: str, zone: str = "") -> Plan:
    """A time as DuckDB writes it, or with a T, is certain at once."""
    text, cell = (f"v::varchar || '{zone}'", f"rtrim(k, '{zone}')") if zone else ("v::varchar", "k")
    return Plan(
        kind,
        f"v between '0001-01-01' and '9999-12-31 23:59:59.999999'::{type_}"
        f" and case when {text} = k then true when replace({text}, ' ', 'T') = k then true"
        f" else regexp_full_match(k, '{pattern}') end",
        f"try_cast({cell} as {type_})",
        lambda nanoseconds: f"make_timestamp({(nanoseconds - _EPOCH) // 1000})::{type_}",
    )


# Letters that no value of another kind begins with, in either case; those that only a UUID may
# begin with; and those that a word may, too.
_FREE = ("hm", "os", "vx")
_OF_UUIDS = "abcdeguz" + "ABDZ"
_OF_WORDS = "fnty" + "FNTY"
_SHORTEST_UUID = 36
_WORDS = ", ".join(f"'{word}'" for word in kinds.WORDS if word[:1] in _OF_WORDS)
_SURE_CHARACTER = kinds.CERTAIN_TEXT_CHARACTER.replace("'", "''")


def _one_of(letters: str) -> str:
    return f"v in ({', '.join(str(ord(letter)) for letter in letters)})"


_IS_FREE = " or ".join(f"v | 32 between {ord(first)} and {ord(last)}" for first, last in _FREE)
_TEXTS = Plan(
    kinds.TEXT,
    f"case when {_IS_FREE} or v between {ord('À')} and {0x1FFF} or v > {0x20FF} then true"
    f" when {_one_of(_OF_UUIDS)} and strlen(k) < {_SHORTEST_UUID} then true"
    f" when {_one_of(_OF_WORDS)} and strlen(k) < {_SHORTEST_UUID}"
    " then not ends_with(k, ' ') and not ends_with(k, chr(9))"
    f" and (strlen(k) > {kinds.LONGEST_WORD} or lower(k) not in ({_WORDS}))"
    f" else regexp_matches(k, '{_SURE_CHARACTER}') end",
    "unicode(k)",
)
_UUIDS = Plan(
    kinds.UUID,
    f"case when v::varchar = k then true else regexp_full_match(k, '{_UUID}') end",
    "try_cast(k as uuid)",
)
_INTEGERS = Plan(kinds.INTEGER, "v::varchar = k", "try_cast(k as bigint)", str, True, True)

_PLANS = {
    plan.kind: plan
    for plan in (
        _INTEGERS,
        _TEXTS,
        _UUIDS,
        _plan_for_times(_DATES, _DATE, "date"),
        _plan_for_times(_TIMESTAMPS, f"{_DATE}[T ]{_CLOCK}", "timestamp"),
        _plan_for_times(kinds.ZONED, f"{_DATE}[T ]{_CLOCK}Z", "timestamp", "Z"),
    )
}
