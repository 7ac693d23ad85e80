"""Columns whose cells are all written alike, asked about at once.

DuckDB takes time for each column that it parses, keeps and is asked about. So the cells of such
columns are loaded as one column, where they are one below the other, row after row.
"""

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from typing import Any

from chalicelib.csv_reader.kind_names import INTEGER
from chalicelib.csv_reader.profile.engine.database import Refused
from chalicelib.csv_reader.profile.engine.plan import Asked, LeftCell, grouped, plan_for
from chalicelib.csv_reader.profile.engine.questions import (
    NO_LIMIT,
    LongCells,
    Questions,
)
from chalicelib.csv_reader.profile.figures.tally import Answer
from chalicelib.csv_reader.profile.kinds.kind import Sql

_MOST_SPREAD = 4  # of the thresholds of hashes: those of all columns are fetched up to the largest
_MOST_LEFT = 100_000  # distinct cells of other kinds
# Integers as DuckDB writes those that it has parsed. No way to write one with digits and a minus is
# shorter, so where all lengths add up to those in the file, all of them are written like that.
_OF_INTEGERS = b"-0123456789\n"
_PARSED = Sql("true", ("v",), proof="sum(strlen(c))")


class AlikeColumns(Questions):
    """Asks about the columns of a batch that has no quotes, all of which were alike so far."""

    def are_alike(self, pieces: Sequence[bytes]) -> bool:
        """Return whether all columns are known to have many values that are asked for alike."""
        if self._repeating or self._duckdb.shortens or any(b'"' in piece for piece in pieces):
            return False
        sketched = enumerate(tally.sketches for tally in self._tallies)
        self._many = {i: sketches for i, sketches in sketched if sketches}
        if len(self._many) < len(self._tallies):
            return False
        thresholds = [sketches.distinct.threshold for sketches in self._many.values()]
        plans = [plan_for(tally.evidence) for tally in self._tallies]
        self._asked_of = [asked for plan in plans for asked in plan]
        return max(thresholds) <= _MOST_SPREAD * min(thresholds) and all(
            len(plan) == 1 and plan == plans[0] for plan in plans
        )

    def answers_of(self, pieces: Sequence[bytes], width: int) -> list[Answer] | None:
        """Find the additions of records of `width` cells each to columns that are alike.

        None, if they are not alike after all.
        """
        self._pieces = pieces
        self._split: dict[int, list[bytes]] = {}  # some of these, by line
        self._lines = list(accumulate(piece.count(b"\n") for piece in pieces))
        parsed = width == len(self._tallies) and self._are_integers(self._asked_of, pieces)
        for type_ in ("BIGINT", "VARCHAR") if parsed else ("VARCHAR",):
            with suppress(Refused, LongCells):
                answers = self._answers_as(type_, width)
                if answers:
                    return answers
        return None

    def _answers_as(self, type_: str, width: int) -> list[Answer] | None:
        """The answers about cells that DuckDB reads as that type."""
        columns = len(self._tallies)
        is_parsed = type_ != "VARCHAR"
        asked_of = self._asked_of
        if is_parsed:
            asked_of = [replace(asked, sql=_PARSED) for asked in asked_of]
        source = self._all_cells(self._duckdb.cells_of(self._pieces, type_), width, is_parsed)
        answer = self._ask_columns(asked_of[0], source, range(columns + 1))
        found = [answer.figures[i] for i in range(columns)]
        lengths = (
            sum(figures.proof for of_column in found for figures in of_column) if is_parsed else 0
        )
        size = sum(map(len, self._pieces)) - answer.in_all
        if answer.in_all != len(self._rows) * width or (is_parsed and lengths != size):
            return None
        for i, of_column in enumerate(found):
            most = self._many[i].distinct.threshold  # all were asked for the largest of these
            own = [
                replace(each, hashes=[value for value in each.hashes or () if value <= most])
                for each in of_column
            ]
            self._take_in(i, asked_of[i], own, self._text_at)
            self._answers[i].evidence.empty = len(self._rows) - answer.filled[i]
        filled = {i: answer.filled[i] for i in range(columns)}
        if self._look_at_others(asked_of[0], source, filled, answer.left):
            return self._answers
        return None

    def _are_integers(self, asked_of: list[Asked], pieces: Sequence[bytes]) -> bool:
        """Return whether there are integers only, by the characters."""
        marks = _OF_INTEGERS + self._duckdb.delimiter.encode()
        return all(list(asked.seen) == [INTEGER] for asked in asked_of) and not any(
            piece.translate(None, marks) for piece in pieces
        )

    def _all_cells(self, cells: str, width: int, parsed: bool) -> str:
        """The query for the cells of all columns, with the values of those that are parsed.

        Those of all columns that are not profiled are in one more column.
        """
        columns = len(self._tallies)
        most = max(sketches.distinct.threshold for sketches in self._many.values())
        cell = "c::varchar as c, c as v" if parsed else "c"
        # Numbers of 32 bits are divided in less time.
        column = f"n % {width}::uinteger"
        if columns < width:
            column = f"least({column}, {columns})"
        return (
            f"select ({column})::usmallint as col, {cell}, n // {width}::uinteger as r,"
            f" {most}::ubigint as most from {cells}"
        )

    def _text_at(self, i: int, row: int) -> str:
        """The text of a cell, of records that may go on from piece to piece."""
        place = bisect_right(self._lines, row)
        before = self._lines[place - 1] if place else 0
        if place not in self._split:
            self._split[place] = self._pieces[place].split(b"\n")
        line = self._split[place][row - before]
        if place and row == before and not self._pieces[place - 1].endswith(b"\n"):
            line = b"".join(self._pieces[:place]).rpartition(b"\n")[2] + line
        return line.split(self._duckdb.delimiter.encode())[i].decode()

    def _look_at_others(
        self, asked: Asked, source: str, filled: dict[int, int], left: dict[int, list[LeftCell]]
    ) -> bool:
        """Look at the cells of other kinds. False, if too many are different."""
        others = {i: filled[i] - self._certain(i) for i in filled}
        few = {i: grouped(left[i]) for i in others}
        is_all = all(sum(n for _, n, *_ in few[i]) == count for i, count in others.items())
        if is_all:
            for i, cells in few.items():
                self._look_at(i, cells)
            return True
        certain = asked.certain(None)
        query = f"select *, {certain} as k from ({asked.valued(source)}) limit {NO_LIMIT}"
        rows = self._duckdb.ask(
            f"select col, c, count(*), min(r), hash(c) from ({query}) where not k and c is not null"
            f" group by col, c limit {_MOST_LEFT + 1}"
        )
        if len(rows) > _MOST_LEFT:
            return False
        of_columns: dict[int, list[tuple[Any, ...]]] = {}
        for i, *cell in rows:
            of_columns.setdefault(i, []).append(tuple(cell))
        for i, cells in of_columns.items():
            self._look_at(i, cells)
        return True
