"""The kinds that a column is asked for, by the cells of it that were seen before."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.csv_reader.kind_names import NULL_WORD, TEXT
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence, KindEvidence
from chalicelib.csv_reader.profile.figures.sketches import HASHES
from chalicelib.csv_reader.profile.kinds.kind import KINDS, Sql, quoted
from chalicelib.csv_reader.profile.kinds.table import sql_for

_LEAST_SHARE = 1 / 64  # of a column's cells, from which on a kind is asked for
_NEARLY_ALL = 0.95
_MOST_KINDS = 6
_FEW_COLUMNS = 16  # which are asked one by one: that is faster, but longer to plan
_MOST_LEFT = 4096  # cells that are listed with the others of a column
# A cell `c` without the spaces and tabs around it. To trim takes longest, and most have at most the
# space that people put behind a comma.
_TRIMMED = "trim(c, chr(32) || chr(9))"
BARE = (
    f"case when ends_with(c, ' ') or ends_with(c, chr(9)) then {_TRIMMED}"
    f" when c >= '!' then c when c >= ' !' then substring(c, 2) else {_TRIMMED} end"
)


@dataclass(frozen=True)
class Asked:
    """The SQL for one kind in a column, or several, and the cells of each that were seen before.

    Where a few cells are of others, they are listed (`tells_others`), less `words` for nothing that
    are more: how many there are of each is counted. Where the column may be of texts, the cells of
    a sample are listed as well. The first cell of a kind is asked for (`finds_first`) unless it is
    among those seen.
    """

    sql: Sql
    is_spaced: bool
    tells_others: bool
    tells_texts: bool
    words: tuple[str, ...]
    finds_first: bool
    seen: dict[str, KindEvidence | None] = field(compare=False)

    @property
    def is_number(self) -> bool:
        return any(KINDS[kind].marks for kind in self.seen)

    @property
    def rest(self) -> "Asked | None":
        """The questions about cells of the kind that this leaves out."""
        return replace(self, sql=self.sql.rest) if self.sql.rest else None

    def valued(self, cells: str) -> str:
        """The query for cells as they are and bare, with the values that they have."""
        values = "".join(f", {value} as v{n}" for n, value in enumerate(self.sql.values))
        query = f"select *, {BARE if self.is_spaced else 'c'} as b from ({cells})"
        if self.sql.prepared:
            query = f"select *, {self.sql.prepared} as p from ({query})"
        return f"select *{values} from ({query})"

    def query(
        self,
        cells: str,
        length: str,
        longest: int | None,
        level: int,
        is_grouped: bool,
    ) -> str:
        """The query about the cells that are certain to be of the asked kinds.

        It counts all cells, and gives words and the first of the others. `length` counts the
        characters of a text, and `longest` is the length of the longest that is whole. One cell in
        2 ** `level` is in the sample that represents all. Of the least and the greatest value it
        gives the rows. If it `is_grouped`, the cells are distinct, and there are `n` of each.
        """
        sql, is_number = self.sql, self.is_number
        count, total, repeats = "count(c)", "sum(s)::varchar", "null"
        in_all, sample = "count(*)", f"hash(r) <= {(HASHES >> level) - 1}::ubigint"
        if is_grouped:
            in_all = count = "sum(n)::bigint"
            total = "sum(s * n::decimal(38, 0))::varchar"  # a product of two with 18 digits has 18
            repeats, sample = "list(m) filter (m > 0)", "m > 0"
            cells = (
                f"select *, (n::ubigint + (hash(r) >> {64 - level})) >> {level} as m from ({cells})"
            )
        figures = [
            count,
            "min(r)" if self.finds_first else "null",
            "arg_min(c, r)" if self.finds_first else "null",
            "min(c)",
            "max(c)",
            f"min({length}(c))",
            f"max({length}(c))",
            "list(h) filter (h <= most)",
            f"list(c) filter ({sample})" if self.tells_texts else "null",
            total if is_number else "null",
            repeats,
        ]
        for n in range(len(sql.values)):
            by = sql.by.format(f"v{n}")
            figures += [
                f"arg_min(r, {by})",
                f"arg_max(r, {by})",
                f"list({sql.told.format(f'v{n}')}::double) filter ({sample})",
            ]
        figures += [sql.proof] if sql.proof else []  # the one that is no third
        summed = f", {sql.summand} as s" if is_number else ""
        power, by_power = (f", {sql.power} as p_", ", p_") if sql.power else ("", "")
        valued = (
            f"select *, case when {self.certain(longest)} then {sql.which} end as k{power}{summed}"
            f" from (select *, hash(c) as h from ({self.valued(cells)}))"
        )
        word, is_left, by_word = "null, null", "k is null and c is not null", ""
        if self.words:
            words = ", ".join(f"'{quoted(word)}'" for word in self.words)
            valued = (
                f"select *, case when k is null and c in ({words}) then c end as o from ({valued})"
            )
            word, is_left, by_word = "o, any_value(h)", f"{is_left} and o is null", ", o"
            figures[7] = "list(h) filter (h <= most and o is null)"
        left = "null, null, null, null"
        if self.tells_others:
            most = f"{_MOST_LEFT}) filter ({is_left})"
            left = ", ".join(
                "null" if cell == "n" and not is_grouped else f"arg_min({cell}, r, {most}"
                for cell in ("c", "n", "r", "h")
            )
        return (
            f"select col, {in_all}, {word}, {left}, k{by_power or ', null'}, {', '.join(figures)}"
            f" from ({valued}) group by col, k{by_word}{by_power}"
        )

    def certain(self, longest: int | None) -> str:
        """SQL that is true only of cells of the kinds."""
        short = f" and strlen(c) <= {longest}" if longest else ""
        return f"(({self.sql.certain}){short}) is true"


def cells_of(column: int, is_grouped: bool) -> str:
    """The query for the cells of a column, `c`, in the rows `r`.

    If it `is_grouped`, it gives the distinct ones, with the first row, and the number `n` of each.
    """
    cells = f"from batch where c{column} is not null"
    if not is_grouped:
        return f"select c{column} as c, rowid as r {cells}"
    return f"select c{column} as c, min(rowid) as r, count(*) as n {cells} group by c{column}"


def cells_with(column: int, most: int, cells: str) -> str:
    """The query for cells of a column, with its number `col`, and the hash up to which: `most`."""
    return f"select *, {column}::usmallint as col, {most}::ubigint as most from ({cells})"


def cells_of_all(most: dict[int, int], is_grouped: bool) -> str:
    """The query for all cells of columns, as `cells_with` has them: `most` is by column."""
    if is_grouped or len(most) <= _FEW_COLUMNS:
        return " union all ".join(
            cells_with(i, limit, cells_of(i, is_grouped)) for i, limit in most.items()
        )
    cells = ", ".join(f"c{i}" for i in most)
    return (
        f"select * from (select unnest({list(most)}::usmallint[]) as col, unnest([{cells}]) as c,"
        f" rowid as r, unnest({list(most.values())}::ubigint[]) as most from batch)"
        " where c is not null"
    )


Plan = list[Asked]
LeftCell = tuple[str, int, int, int]  # how many there are, the row of the first, and the hash


@dataclass(frozen=True)
class Figures:
    """The answer about a column's cells of one kind, the number `which` of those that were asked.

    Of numbers with a `power` of ten, it is only those with that. `row` and `first` are of the first
    cell, if it was asked for; then come the least and the greatest text and length. `hashes`, and
    `texts` if they were asked for, are of some cells, the latter of `repeats` each; `total` is the
    sum, in decimal.
    `readings` has the rows of the least and the greatest value in each reading, and the sample.
    """

    which: int
    power: int | None
    count: int
    row: int
    first: str
    span: tuple[str, str]
    lengths: tuple[int, int]
    hashes: list[int] | None
    texts: list[str] | None
    total: str | None
    repeats: list[int] | None
    readings: list[tuple[int, int, list[float] | None]]
    proof: Any


class Found:
    """Answers about columns: the number of all cells, and of the filled ones of each.

    `left` has those of other kinds, and `figures` what was asked.
    """

    def __init__(self, columns: Collection[int], rows: Iterable[tuple[Any, ...]]):
        self.in_all = 0
        self.filled = dict.fromkeys(columns, 0)
        self.left: dict[int, list[LeftCell]] = {i: [] for i in columns}
        self.figures: dict[int, list[Figures]] = {i: [] for i in columns}
        for i, in_all, word, word_hash, texts, counts, rows_of, hashes, *told in rows:
            which, _, count, row, *_ = told
            self.in_all += in_all
            self.filled[i] += count
            if which is not None:
                self.figures[i].append(_figures(*told))
            elif word is not None:
                self.left[i].append((word, count, row, word_hash))
            elif texts:
                counts = counts or [1] * len(texts)
                self.left[i] += zip(texts, counts, rows_of, hashes, strict=True)


def _figures(*told: Any) -> Figures:
    """A row of an answer, after the columns that are not about one kind."""
    which, power, count, row, first, least, greatest, shortest, longest, *others = told
    hashes, texts, total, repeats, *readings = others
    return Figures(
        which,
        power,
        count,
        row,
        first,
        (least, greatest),
        (shortest, longest),
        hashes,
        texts,
        total,
        repeats,
        [(readings[n], readings[n + 1], readings[n + 2]) for n in range(0, len(readings) - 2, 3)],
        readings[-1] if len(readings) % 3 else None,
    )


def grouped(cells: Sequence[LeftCell]) -> list[LeftCell]:
    """Distinct texts, of cells in the order of their rows."""
    first = {text: (row, hashed) for text, _, row, hashed in reversed(cells)}
    counts: Counter[str] = Counter()
    for text, count, *_ in cells:
        counts[text] += count
    return [(text, count, *first[text]) for text, count in counts.items()]


def plan_for(evidence: ColumnEvidence, kinds: Collection[str] = ()) -> Plan:
    """The plan for a column in which these cells were seen, and others of those `kinds`."""
    cells = sum(kind.count for kind in evidence.kinds.values())
    most = sorted(evidence.kinds, key=lambda name: -evidence.kinds[name].count)[:_MOST_KINDS]
    plan: Plan = []
    for name in most:
        if any(name in asked.seen for asked in plan):
            continue
        kind = evidence.kinds[name]
        sql = sql_for(name, kind, kinds or evidence.kinds)
        if sql and kind.count >= _LEAST_SHARE * cells:
            seen = {each: evidence.kinds.get(each) for each in sql.kinds or (name,)}
            certain = sum(evidence.kinds[each].count for each in seen if each in evidence.kinds)
            words = _words(evidence, cells) if certain < _NEARLY_ALL * cells else {}
            has_others = cells > certain or sql.rest is not None
            tells_others = has_others and certain + sum(words.values()) >= _NEARLY_ALL * cells
            told = tuple(sorted(words)) if tells_others else ()
            may_be_text = not sql.values or TEXT in (*kinds, *evidence.kinds)
            finds_first = bool(told) or not all(seen.values())
            plan.append(
                Asked(sql, evidence.is_spaced, tells_others, may_be_text, told, finds_first, seen)
            )
    return plan


def _words(evidence: ColumnEvidence, cells: int) -> dict[str, int]:
    """The words for nothing that are many of the cells, each with how often it occurs."""
    if NULL_WORD not in evidence.kinds:
        return {}
    counts = {word: count for word, (count, _) in evidence.null_words.items()}
    return {word: count for word, count in counts.items() if count >= _LEAST_SHARE * cells}
