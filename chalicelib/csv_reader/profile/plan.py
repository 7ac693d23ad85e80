"""The kinds that a column is asked for, by the cells of it that were seen before."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from chalicelib.csv_reader.kind_names import TEXT
from chalicelib.csv_reader.profile.evidence import ColumnEvidence, KindEvidence
from chalicelib.csv_reader.profile.kind import KINDS, Sql
from chalicelib.csv_reader.profile.kinds import sql_for

_LEAST_SHARE = 1 / 64  # of a column's cells, from which on a kind is asked for
_NEARLY_ALL = 0.95
_MOST_KINDS = 6
_MOST_LEFT = 4096  # cells that are listed with the others of a column


@dataclass(frozen=True)
class Asked:
    """The SQL for one kind in a column, or several, and the cells of each that were seen before.

    Where a few cells are of others, they are listed (`tells_others`). Where the column may be of
    texts, so are the cells of a sample.
    """

    sql: Sql
    is_spaced: bool
    tells_others: bool
    tells_texts: bool
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
        query = f"select *, {self.bare('c')} as b from ({cells})"
        if self.sql.prepared:
            query = f"select *, {self.sql.prepared} as p from ({query})"
        return f"select *{values} from ({query})"

    def query(
        self, cells: str, length: str, longest: int | None, sample: str, with_texts: bool
    ) -> str:
        """The query about the cells that are certain to be of the asked kinds.

        It counts all cells, and gives the first of the others. `length` counts the characters of a
        text, `longest` is the length of the longest that is whole, and `sample` is true of cells
        that represent all. Unless it is `with_texts`, it gives the rows of the least and the
        greatest, but not their texts.
        """
        sql, is_number = self.sql, self.is_number
        summed = f", {sql.summand} as s" if is_number else ""
        figures = [
            "count(c)",
            "min(r)",
            "first(c)",
            "min(c)",
            "max(c)",
            f"min({length}(c))",
            f"max({length}(c))",
            "list(h) filter (h <= most)",
            f"list(c) filter ({sample})" if self.tells_texts else "null",
            "sum(s)::varchar" if is_number else "null",
        ]
        for n in range(len(sql.values)):
            by = sql.by.format(f"v{n}")
            figures += [
                f"arg_min(r, {by})",
                f"arg_max(r, {by})",
                f"arg_min(c, {by})" if with_texts else "null",
                f"arg_max(c, {by})" if with_texts else "null",
                f"list({sql.told.format(f'v{n}')}::double) filter ({sample})",
            ]
        figures += [sql.proof] if sql.proof else []
        power, by_power = (f", {sql.power} as p_", ", p_") if sql.power else ("", "")
        left = "null, null, null"
        if self.tells_others:
            most = f"{_MOST_LEFT}) filter (k is null and c is not null)"
            left = f"arg_min(c, r, {most}, min(r, {most}, arg_min(h, r, {most}"
        return (
            f"select col, count(*), {left}, k{by_power or ', null'}, {', '.join(figures)} from ("
            f"select *, case when {self.certain(longest)} then {sql.which} end as k{power}{summed}"
            f" from (select *, hash(c) as h from ({self.valued(cells)})))"
            f" group by col, k{by_power}"
        )

    def certain(self, longest: int | None) -> str:
        """SQL that is true only of cells of the kinds."""
        short = f" and strlen(c) <= {longest}" if longest else ""
        return f"(({self.sql.certain}){short}) is true"

    def bare(self, cell: str) -> str:
        """SQL for the cell without the spaces around it, where there are some in the column."""
        return f"trim({cell}, chr(32) || chr(9))" if self.is_spaced else cell


Plan = list[Asked]


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
            of_kinds = [evidence.kinds[each].count for each in seen if each in evidence.kinds]
            tells_others = cells > sum(of_kinds) >= _NEARLY_ALL * cells
            may_be_text = not sql.values or TEXT in (*kinds, *evidence.kinds)
            plan.append(Asked(sql, evidence.is_spaced, tells_others, may_be_text, seen))
    return plan
