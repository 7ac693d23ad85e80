"""The kinds that a column is asked for, by the cells of it that were seen before."""

from collections.abc import Collection
from dataclasses import dataclass, field

from chalicelib.csv_reader.profile.evidence import ColumnEvidence, KindEvidence
from chalicelib.csv_reader.profile.kind import Sql
from chalicelib.csv_reader.profile.kinds import KINDS, sql_for

_LEAST_SHARE = 1 / 64  # of a column's cells, from which on a kind is asked for
_MOST_KINDS = 6


@dataclass(frozen=True)
class Asked:
    """The SQL for one kind in a column, or several, and the cells of each that were seen before."""

    sql: Sql
    is_spaced: bool
    seen: dict[str, KindEvidence | None] = field(compare=False)

    @property
    def is_number(self) -> bool:
        return any(KINDS[kind].marks for kind in self.seen)

    def bare(self, cell: str) -> str:
        """SQL for the cell without the spaces around it, where there are some in the column."""
        return f"trim({cell}, chr(32) || chr(9))" if self.is_spaced else cell


Plan = list[Asked]


def plan_for(evidence: ColumnEvidence, kinds: Collection[str] = ()) -> Plan:
    """What to ask a column for, of which these cells were seen, and others of those `kinds`."""
    cells = sum(kind.count for kind in evidence.kinds.values())
    most = sorted(evidence.kinds, key=lambda name: -evidence.kinds[name].count)[:_MOST_KINDS]
    plan = []
    for name in most:
        kind = evidence.kinds[name]
        sql = sql_for(name, kind, kinds or evidence.kinds)
        if sql and kind.count >= _LEAST_SHARE * cells:
            seen = {each: evidence.kinds.get(each) for each in sql.kinds or (name,)}
            asked = Asked(sql, evidence.is_spaced, seen)
            if asked not in plan:
                plan.append(asked)
    return plan
