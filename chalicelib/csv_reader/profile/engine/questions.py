"""Facts about the cells of a batch, asked of DuckDB instead of looking at each cell.

A column that has few values is grouped by value. In one that has many, the kinds that most of its
cells were of so far are asked for, one after the other, by the SQL of the kind, and of all columns
together that are asked the same. What is left over is looked at as ever, by `read_cell`, so nothing
depends on what DuckDB takes for a number. Nothing is added to a column before the batch has
answered for all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby, repeat
from operator import itemgetter
from typing import Any, TypeVar

from chalicelib.csv_reader.kind_names import NULL_WORD
from chalicelib.csv_reader.profile.engine.database import DuckDb
from chalicelib.csv_reader.profile.engine.plan import (
    Asked,
    Figures,
    Found,
    LeftCell,
    Plan,
    cells_of,
    cells_of_all,
    cells_with,
    grouped,
    plan_for,
)
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence, KindEvidence, Reading
from chalicelib.csv_reader.profile.figures.sketches import QuantileSketch
from chalicelib.csv_reader.profile.figures.tally import (
    LONGEST_TEXT,
    MOST_VALUES,
    Answer,
    ColumnTally,
    Sketches,
    look_at,
)
from chalicelib.csv_reader.profile.kinds.kind import KINDS
from chalicelib.csv_reader.profile.kinds.table import read_cell

_Part = TypeVar("_Part")
_Answered = tuple[Found, dict[int, Asked]]  # with what its columns were asked

_COLUMNS_AT_ONCE = 50  # planning takes long where they are more
_GROUPED_AT_ONCE = 20
_CELLS_AT_ONCE = 3_000_000
_MANY_LEFT = 500  # cells that are read in Python without a look whether they are of one kind
_SAMPLE_LEFT = 200
_FIRST_CELLS, _FEWEST_FIRST = 2000, 10  # by which columns are planned that are new
_ESTIMATED_CELLS, _FEWEST_ESTIMATED = 1 << 20, 1 << 12  # of columns that are new
_PART = 20_000
_REPEATED = 2.5  # times that a value of a column occurs, from which on it is faster to group first
_SAMPLED_CELLS = 1 << 16  # of all columns, that represent a batch where something is estimated
_LEAST_SAMPLE, _MOST_SAMPLE = 1 << 9, 1 << 12  # rows at least, in a wide file and in a narrow one
# Batches as large as this one, from which on half of the share is enough: then a quarter at least.
_FIRST_BATCHES, _MOST_LATER = 4, 2
NO_LIMIT = 1 << 62  # keeps DuckDB from computing what a condition is on once more


class LongCells(Exception):
    """Some cells are long, and were not shortened when the batch was loaded."""


class Questions:
    """The rows in the table, asked about the columns of `tallies`.

    `rows` are their numbers in the file. `may_be_kept` says whether a column, that has so many
    distinct ones of so many cells, is to be counted by value: if not, it sketches the tally.
    """

    def __init__(
        self,
        duckdb: DuckDb,
        tallies: Sequence[ColumnTally],
        rows: Sequence[int],
        may_be_kept: Callable[[ColumnTally, int, int], bool],
    ):
        self._duckdb = duckdb
        self._tallies = tallies
        self._rows = rows
        self._may_be_kept = may_be_kept
        self._length = "strlen" if duckdb.is_ascii else "length"
        sample = max(min(_MOST_SAMPLE, _SAMPLED_CELLS // len(tallies)), _LEAST_SAMPLE)
        level = max((len(rows) // sample).bit_length() - 1, 0)
        later = (rows[0] // (_FIRST_BATCHES * len(rows))).bit_length()
        self._level = level and level + min(later, _MOST_LATER)
        self._answers = [Answer(weight=1 << self._level) for _ in tallies]
        self._many: dict[int, Sketches] = {}  # columns that are not counted by value
        self._repeating = {i for i, tally in enumerate(tallies) if _repeats(tally, len(rows))}

    def answers(self) -> list[Answer]:
        """The batch's part of each column."""
        kept = [(i, tally) for i, tally in enumerate(self._tallies) if not tally.sketches]
        new = [i for i, tally in kept if not tally.counts]
        rows = min(len(self._rows), max(_ESTIMATED_CELLS // len(self._tallies), _FEWEST_ESTIMATED))
        for i, distinct in self._estimates(new, rows):
            self._may_be_kept(self._tallies[i], distinct // 2, rows)
            if _REPEATED * distinct <= rows:
                self._repeating.add(i)
        few = [i for i, tally in kept if not tally.sketches]
        for columns in _parts(few, _GROUPED_AT_ONCE):
            self._group(columns)
        sketched = ((i, tally.sketches) for i, tally in enumerate(self._tallies))
        self._many = {i: sketches for i, sketches in sketched if sketches}
        self._ask_kinds(list(self._many))
        return self._answers

    def _group(self, columns: Sequence[int]) -> None:
        """Count the cells of columns by value, but for those that have too many."""
        values = " union all ".join(
            f"(select {i}::usmallint as col, c{i} as c, count(*) as n, min(rowid) as r"
            f" from batch group by c{i} limit {MOST_VALUES + 2})"
            for i in columns
        )
        self._duckdb.ask(f"create or replace temp table counted as {values}")
        counted = self._duckdb.ask(
            "select col, count(c), coalesce(sum(n) filter (c is not null), 0),"
            " coalesce(sum(n) filter (c is null), 0), coalesce(max(length(c)), 0)"
            " from counted group by col order by col"
        )
        few = []
        for i, distinct, cells, empty, longest in counted:
            self._refuse_long(longest)
            if self._may_be_kept(self._tallies[i], distinct, cells):
                few.append(i)
                self._answers[i].counted = []
                self._answers[i].evidence.empty = empty
        chosen = ", ".join(map(str, few)) or "null"
        found = self._duckdb.ask(f"from counted where c is not null and col in ({chosen})")
        rows = self._rows
        for i, of_column in groupby(found, itemgetter(0)):
            self._answers[i].counted = [(key, n, rows[row]) for _, key, n, row in of_column]

    def _refuse_long(self, length: int) -> None:
        if length > LONGEST_TEXT and not self._duckdb.shortens:
            raise LongCells

    def _ask_kinds(self, columns: Sequence[int]) -> None:
        """Ask columns for the kinds that most of their cells were of, and look at what is left."""
        plans = {i: plan_for(self._tallies[i].evidence) for i in columns}
        self._expect_many(columns)
        self._plan_new({i: plan for i, plan in plans.items() if not plan})
        filled, left = self._ask_for(plans)
        unasked = [i for i in columns if i not in filled]
        for some in _parts(unasked, _COLUMNS_AT_ONCE):
            counts = self._duckdb.ask(
                f"select {', '.join(f'count(c{i})' for i in some)} from batch"
            )
            filled.update(zip(some, counts[0], strict=True))
        for i in columns:
            self._answers[i].evidence.empty = len(self._rows) - filled[i]
            cells = filled[i] - self._certain(i)
            others = grouped(left[i]) if len(plans[i]) == 1 else []
            if sum(count for _, count, *_ in others) == cells:
                self._look_at(i, others)
                continue
            if cells > _MANY_LEFT:
                self._ask_what_is_left(i, plans[i])
            if cells:
                self._look_at_what_is_left(i, plans[i])

    def _expect_many(self, columns: Sequence[int]) -> None:
        """Ask for fewer hashes of columns that certainly have too many values to be counted.

        An estimate of twice as many is certain enough.
        """
        sketches = {i: self._many[i].distinct for i in columns}
        exact = [
            i for i, sketch in sketches.items() if sketch.may_be_exact and not sketch.is_partial
        ]
        rows = len(self._rows)
        for i, count in self._estimates(exact if rows > MOST_VALUES else [], rows):
            if count > 2 * MOST_VALUES:
                self._many[i].distinct.expect(count)

    def _estimates(self, columns: Sequence[int], rows: int) -> Iterator[tuple[int, int]]:
        """Columns, each with its number of distinct values in that many rows, about."""
        for some in _parts(columns, _COLUMNS_AT_ONCE):
            estimates = ", ".join(f"approx_count_distinct(c{i})" for i in some)
            cells = "batch"
            if rows < len(self._rows):
                cells = f"(select {', '.join(f'c{i}' for i in some)} from batch limit {rows})"
            (counts,) = self._duckdb.ask(f"select {estimates} from {cells}")
            yield from zip(some, counts, strict=True)

    def _plan_new(self, plans: dict[int, Plan]) -> None:
        """Plan for columns of which nothing is known, by the first rows."""
        if not plans:
            return
        cells = ", ".join(f"c{i}" for i in plans)
        seen = {i: ColumnEvidence() for i in plans}
        limit = max(_FIRST_CELLS // len(plans), _FEWEST_FIRST)
        rows = self._duckdb.ask(f"select {cells} from batch limit {limit}")
        for (i, plan), of_column in zip(plans.items(), zip(*rows, strict=True), strict=True):
            first = [
                (c, 1, n) for c, n in zip(of_column, self._rows, strict=False) if c is not None
            ]
            self._refuse_long(max((len(cell) for cell, *_ in first), default=0))
            look_at(seen[i], first)
            plan += plan_for(seen[i])

    def _certain(self, i: int) -> int:
        return sum(kind.count for kind in self._answers[i].evidence.kinds.values())

    def _ask_for(self, plans: dict[int, Plan]) -> tuple[dict[int, int], dict[int, list[LeftCell]]]:
        """Ask columns for the kinds of their plans.

        Returns how many cells of each are filled, and the first ones that are not of what each was
        asked for last.
        """
        alike: dict[tuple[Asked, bool], list[tuple[int, Asked]]] = {}
        for i, plan in plans.items():
            for asked in plan:
                alike.setdefault((asked, i in self._repeating), []).append((i, asked))
        at_once = max(min(_COLUMNS_AT_ONCE, _CELLS_AT_ONCE // len(self._rows)), 1)
        filled: dict[int, int] = {}
        left: dict[int, list[LeftCell]] = {}
        answers: list[_Answered] = []
        for (asked, is_grouped), columns in alike.items():
            for some in _parts(columns, min(at_once, _GROUPED_AT_ONCE) if is_grouped else at_once):
                asked_of = dict(some)
                most = {i: self._many[i].distinct.threshold for i in asked_of}
                cells = cells_of_all(most, is_grouped)
                answer = self._ask_columns(asked, cells, asked_of, is_grouped)
                filled.update(answer.filled)
                left.update(answer.left)
                answers.append((answer, asked_of))
                if sum(len(of) for _, of in answers) >= _COLUMNS_AT_ONCE:
                    self._take_in_all(answers)
                    answers.clear()
        self._take_in_all(answers)
        return filled, left

    def _ask_columns(
        self,
        asked: Asked,
        cells: str,
        columns: Collection[int],
        is_grouped: bool = False,
    ) -> Found:
        """Ask the columns."""
        longest = LONGEST_TEXT if self._duckdb.shortens else None
        query = asked.query(cells, self._length, longest, self._level, is_grouped)
        return Found(columns, self._duckdb.ask(query))

    def _ask_what_is_left(self, i: int, plan: Plan) -> None:
        """Ask a column for the kinds of cells that the plan leaves out. They are planned, too."""
        seen = self._seen_in_what_is_left(i, plan)
        for asked in plan_for(seen, {*seen.kinds, *self._tallies[i].evidence.kinds}):
            other = asked.rest if asked in plan else asked
            if other and other not in plan:
                most = self._many[i].distinct.threshold
                cells = cells_with(i, most, self._left(i, plan))
                answer = self._ask_columns(other, cells, [i], i in self._repeating)
                self._take_in_all([(answer, {i: other})])
                plan.append(other)

    def _take_in_all(self, answers: Sequence[_Answered]) -> None:
        """Add what is known of columns, each of which was asked something."""
        told = [
            (i, figures)
            for answer, _ in answers
            for i, of_column in answer.figures.items()
            for figures in of_column
        ]
        rows = {
            row for _, figures in told for low, high, _ in figures.readings for row in (low, high)
        }
        columns = sorted({i for i, figures in told if figures.readings})
        texts: dict[tuple[int, int], str] = {}
        if rows:
            names = ", ".join(f"c{i}" for i in columns)
            chosen = ", ".join(map(str, sorted(rows)))
            found = self._duckdb.ask(f"select rowid, {names} from batch where rowid in ({chosen})")
            for row, *cells in found:
                texts.update(((i, row), cell) for i, cell in zip(columns, cells, strict=True))
        for answer, asked_of in answers:
            for i, of_column in answer.figures.items():
                self._take_in(i, asked_of[i], of_column, lambda i, row: texts[i, row])

    def _take_in(
        self,
        i: int,
        asked: Asked,
        of_column: Iterable[Figures],
        text_at: Callable[[int, int], str],
    ) -> None:
        """Add what is known of a column's cells of some kinds. `text_at` is the text in a row."""
        answer, sql = self._answers[i], asked.sql
        answer.evidence.is_spaced |= asked.is_spaced
        for figures in of_column:
            self._refuse_long(figures.lengths[1])
            kind = tuple(asked.seen)[figures.which]
            known = asked.seen[kind]
            if known and not asked.finds_first:
                row, text = known.row, known.text
            else:
                row, text = self._rows[figures.row], figures.first
            evidence = answer.evidence.kinds.get(kind)
            if not evidence:
                evidence = KindEvidence(
                    row,
                    text,
                    figures.span,
                    figures.lengths,
                    readings=tuple(Reading() for _ in range(KINDS[kind].readings)),
                )
                answer.evidence.kinds[kind] = evidence
                for seen in filter(None, asked.seen.values()):
                    if asked.is_number:
                        evidence.add_digits(seen)
            elif row < evidence.row:
                evidence.row, evidence.text = row, text
            evidence.add_cells(figures.count, figures.span, figures.lengths)
            answer.hashes += figures.hashes or ()
            if figures.texts:
                texts = _repeated(figures.texts, figures.repeats)
                answer.texts.setdefault(kind, []).extend(texts)
            for n, (low_row, high_row, sample) in enumerate(figures.readings):
                number = min(n + sql.reading, len(evidence.readings) - 1)
                reading = evidence.readings[number]
                for row in (low_row, high_row):
                    cell = text_at(i, row)
                    reading.include(read_cell(cell)[1][number], self._rows[row], cell)
                if figures.total is not None:
                    reading.add_total(figures.total, figures.power or 0)
                reading.sketch = reading.sketch or QuantileSketch(self._many[i].size)
                values = sample or ()
                if sql.unit != 1:
                    values = [value * sql.unit for value in values]
                reading.sketch.extend(_repeated(values, figures.repeats), self._level)

    def _seen_in_what_is_left(self, i: int, plan: Plan) -> ColumnEvidence:
        """The first cells that are not certain to be of a planned kind."""
        seen = ColumnEvidence()
        query = f"select c, r from ({self._left(i, plan)}) limit {_SAMPLE_LEFT}"
        for cell, row in self._duckdb.ask(query):
            self._refuse_long(len(cell))
            look_at(seen, [(cell, 1, self._rows[row])])
        seen.is_spaced |= self._tallies[i].evidence.is_spaced
        return seen

    def _look_at_what_is_left(self, i: int, plan: Plan) -> None:
        count = "sum(n)::bigint" if i in self._repeating else "count(*)"
        query = f"select c, {count}, min(r), hash(c) from ({self._left(i, plan)}) group by c"
        for part in self._duckdb.ask_in_parts(query, _PART):
            self._look_at(i, part)

    def _look_at(self, i: int, cells: Iterable[tuple[Any, ...]]) -> None:
        """Look at cells, each with how many there are, the row of the first, and the hash."""
        cells = list(cells)
        self._refuse_long(max((len(key) for key, *_ in cells), default=0))
        answer, sketches = self._answers[i], self._many[i]
        numbered = [(key, count, self._rows[row]) for key, count, row, _ in cells]
        answer.look_at(numbered, sketches.size)
        most = sketches.distinct.threshold
        answer.hashes += [hashed for *_, hashed in cells if hashed <= most]

    def _left(self, i: int, plan: Plan) -> str:
        """The query for the cells that are not certain to be of a planned kind: `c` and `r`."""
        is_grouped = i in self._repeating
        query, bare = cells_of(i, is_grouped), "c, r, n" if is_grouped else "c, r"
        names = ""
        for n, asked in enumerate(plan):
            certain = asked.certain(LONGEST_TEXT if self._duckdb.shortens else None)
            query = f"select {bare}{names}, {certain} as k{n} from ({asked.valued(query)})"
            names += f", k{n}"
        conditions = " or ".join(f"k{n}" for n in range(len(plan))) or "false"
        query = f"select * from ({query}) limit {NO_LIMIT}"
        return f"select {bare} from ({query}) where not ({conditions})"


def _repeats(tally: ColumnTally, rows: int) -> bool:
    """Return whether so many rows will have each value of a column a few times, as those before."""
    kinds = tally.evidence.kinds
    filled = sum(kind.count for name, kind in kinds.items() if name != NULL_WORD)
    most = min(filled // 2, int(rows / _REPEATED))
    return tally.sketches is not None and tally.sketches.distinct.is_at_most(most)


def _repeated(values: Iterable[_Part], repeats: Sequence[int] | None) -> Iterable[_Part]:
    """The values, each as often as it is in the sample."""
    if not repeats:
        return values
    return chain.from_iterable(map(repeat, values, repeats))


def _parts(columns: Sequence[_Part], size: int) -> Iterator[Sequence[_Part]]:
    for first in range(0, len(columns), size):
        yield columns[first : first + size]
