"""Each kind of cells is found by SQL just as Python finds it, with the same values."""

import re
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader.kind_names import NULL_WORD, TEXT
from chalicelib.csv_reader.profile.figures.evidence import ColumnEvidence
from chalicelib.csv_reader.profile.figures.tally import look_at
from chalicelib.csv_reader.profile.kinds.kind import Sql
from chalicelib.csv_reader.profile.kinds.table import (
    ENTRIES,
    KINDS,
    WORDS,
    read_cell,
    sql_for,
)
from chalicelib.csv_reader.profile.kinds.words import MONTHS
from tests.examples import examples
from tests.unit.csv_reader.profile.columns_of_cells import POOLS

# Cells of each kind that most files have: their SQL has to be certain of these.
CERTAIN = {
    "integer": ["0", "7", "-12", "+5", "9223372036854775807"],
    "long integer": ["9223372036854775808", "-123456789012345678901234567890"],
    "plus and digits": ["+14155550123", "+1234567"],
    "telephone number": ["+49 30 1234", "+1 (415) 555-0123", "+44-20-7946-0000"],
    "fraction": ["0.5", "-12.50", "1000.00", ".5", "5.", "123456789012.123456789"],
    "exponent": ["1e5", "-1.5e-03", "9.9999e+07"],
    "leading zero": ["007", "-007.1"],
    "comma": ["0,5", "-12,50", "1234,567", ",5"],
    "comma or thousands": ["1,234", "-12,345"],
    "point or thousands": ["1.234", "-12.345"],
    "thousands ,": ["1,234,567", "-1,234,567"],
    "thousands , .": ["1,234.5", "1,234,567.25"],
    "thousands .": ["1.234.567"],
    "thousands . ,": ["1.234,50"],
    "thousands space": ["1 234", "-12 345 678"],
    "thousands no-break space ,": ["1\u00a0234,50"],
    "thousands ' .": ["1'234'567.8"],
    "lakhs , .": ["12,34,567.50"],
    "integer with %": ["5%", "12 %"],
    "fraction with %": ["12.5 %", "-3.25%"],
    "thousands , . with $": ["-$1,234.50", "$1,234.5", "$-1,234.50"],
    "integer with €": ["5 €", "-5 €", "€5"],
    "integer with EUR": ["EUR 7"],
    "comma with zł": ["5,00 zł"],
    "comma or thousands with $": ["$1,234"],
    "integer minus ()": ["(5)"],
    "thousands , . with $ minus ()": ["($1,234.50)"],
    "fraction minus behind": ["2.5-"],
    "integer minus −": ["−5"],
    "time": ["9:05", "23:59:59.5"],
    "zoned": ["2020-01-31T10:00:00Z", "2020-01-31 10:00:00.25+02:00", "2020-01-31 10:00:00-05"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
    "text": ["Bonn", "München", "1_000", "12 Main St", "inf", "deadbeef"],
} | {
    f"{order} {mark}{timed and ' timed'}": [f"{mark.join(day)}{timed}" for day in days]
    for order, days in {
        "year first": [("2020", "01", "31"), ("0001", "1", "1")],
        "day first": [("31", "01", "2020"), ("13", "2", "1999")],
        "month first": [("01", "31", "2020"), ("2", "13", "1999")],
        "either": [("01", "02", "2020"), ("5", "5", "1999")],
    }.items()
    for mark in "-/."
    for timed in ("", " 10:00:00", "T9:05", " 23:59:59.25")
}


def certain_of(kind: str, cells: list[str], asked: list[str], others=()) -> dict[str, tuple]:
    """The cells that SQL, made from what was seen of `cells`, is certain of: kind and values.

    `others` are other kinds of cells in the column.
    """
    seen = ColumnEvidence()
    for cell in cells:
        look_at(seen, [(cell, 1, 1)])
    sql = sql_for(kind, seen.kinds[kind], {kind, *others})
    rest = certain_by(sql.rest, kind, asked) if sql and sql.rest else {}
    return rest | (certain_by(sql, kind, asked) if sql else {})


def valued(sql: Sql, cells: str) -> str:
    """The query for bare cells `b`, with the values that they have."""
    values = "".join(f", {value} as v{n}" for n, value in enumerate(sql.values))
    prepared = f", {sql.prepared} as p" if sql.prepared else ""
    return f"(select *{values} from (select *{prepared} from ({cells})))"


def certain_by(sql: Sql, kind: str, asked: list[str]) -> dict[str, tuple]:
    bare = "select i, trim(b, chr(32) || chr(9)) as b"
    bare += " from (select unnest($1::varchar[]) as b, unnest(range(len($1))) as i)"
    told = "".join(f", {sql.told.format(f'v{n}')}::double" for n in range(len(sql.values)))
    rows = duckdb.execute(
        f"select i, {sql.which}{told} from {valued(sql, bare)} where ({sql.certain}) is true",
        [asked],
    ).fetchall()
    kinds = sql.kinds or (kind,)
    return {
        asked[i]: (kinds[which], sql.reading, [value * sql.unit for value in of_cell])
        for i, which, *of_cell in rows
    }


@pytest.mark.parametrize("kind", sorted(CERTAIN))
def test_sql_is_certain_of_what_most_files_have(kind):
    cells = CERTAIN[kind]
    assert [read_cell(cell)[0] for cell in cells] == [kind] * len(cells)
    for cell in cells:
        assert set(certain_of(kind, [cell], [cell])) == {cell}


MADE_UP = st.one_of(
    st.sampled_from([cell for pool in POOLS.values() for cell in pool if cell.strip()]),
    st.sampled_from([cell for cells in CERTAIN.values() for cell in cells]),
    st.sampled_from([word for word in WORDS if word]).map(str.title),
    *(st.from_regex(entry.pattern, fullmatch=True) for entry in ENTRIES),
)


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(MADE_UP, min_size=1, max_size=60), st.booleans())
def test_sql_is_certain_only_of_cells_of_the_kind_and_has_the_same_values(cells, alone):
    cells = [cell.replace("\0", "") for cell in cells if cell.strip(" \t") and len(cell) <= 1000]
    found = {cell: read_cell(cell) for cell in cells}
    kinds = {name for name, _ in found.values()}
    for kind in kinds & set(KINDS):
        of_kind = [cell for cell, (name, _) in found.items() if name == kind]
        certain = certain_of(kind, of_kind, cells, () if alone else kinds)
        for cell, (name, reading, values) in certain.items():
            assert found[cell][0] == name, cell
            expected = [*map(float, found[cell][1])]
            expected = expected[min(reading, len(expected) - 1) :][: len(values)]
            assert values == pytest.approx(expected, rel=1e-12)


AMOUNTS = (
    *("1,234.50", "12,345.67", "999,999.99", "1,234,567.89", "1,000,000.00", "999.50", "0.25"),
    *("1234.50", "12,34.50", ",234.50", "-1,234.50", "01,234.50", "1,234.5", "1,2e4.50", "1.234"),
    *("+5.50", "1_234.50", "1,23,456.50", "1,234.500", "5", ".50", "1,234.50$", "$1,234.50", ""),
)


@pytest.mark.parametrize("front", ["$", "€ ", "R$", "kr."])
@pytest.mark.parametrize("marks", [",.", ".,", "'."])
@pytest.mark.parametrize("first", ["1,234.50", "12.50", "123,456.75"])
def test_amounts_of_money_are_found_as_python_reads_them(front, marks, first):
    swapped = str.maketrans(",.", marks)
    cells = [front + amount.translate(swapped) for amount in AMOUNTS]
    first = front + first.translate(swapped)
    kind = read_cell(first)[0]
    for kinds in ((), {read_cell(cell)[0] for cell in cells}):
        found = certain_of(kind, [first], [first, *cells], kinds)
        assert first in found
        for cell, (name, _, values) in found.items():
            assert (name, *values) == (read_cell(cell)[0], *map(float, read_cell(cell)[1])), cell


@pytest.mark.parametrize("mark", "-/.")
@pytest.mark.parametrize("time", ["", " 10:00", "T09:30:00.5"])
@pytest.mark.parametrize("order", ["day first", "month first"])
def test_dates_of_either_order_are_found_with_those_of_a_certain_one(order, mark, time):
    timed = time and " timed"
    certain = {"day first": f"13{mark}02{mark}2020", "month first": f"02{mark}13{mark}2020"}
    cells = [f"{day}{time}" for day in (*certain.values(), f"5{mark}6{mark}1999")]
    kind = f"{order} {mark}{timed}"
    expected = {certain[order] + time: kind, cells[2]: f"either {mark}{timed}"}
    for name, cell in ((kind, certain[order] + time), (f"either {mark}{timed}", cells[2])):
        found = certain_of(name, [cell], cells, {kind})
        assert {cell: kind for cell, (kind, *_) in found.items()} == expected
        for found_cell, (_, reading, values) in found.items():
            of_cell = read_cell(found_cell)[1]
            assert values == [of_cell[min(reading, len(of_cell) - 1)]]


@pytest.mark.parametrize(
    "layout",
    ["5-{}-2023", "2023 {} 05", "29/{}/2023", "{} 5, 2023", "30. {} 2023", "5 de {} de 2023"],
)
def test_days_with_names_of_months_are_found_in_every_language(layout):
    names = {name for months in MONTHS.values() for name in re.split("[ /|]", months)}
    forms = (str.lower, str.upper, str.title, "{}.".format)
    cells = [layout.format(form(name)) for name in sorted(names) for form in forms]
    found = {cell: read_cell(cell) for cell in cells}
    dates = {cell: (kind, values) for cell, (kind, values) in found.items() if kind != TEXT}
    kinds = {kind for kind, _ in dates.values()}
    first = next(cell for cell, (_, values) in dates.items() if len(values) == 1)
    certain = certain_of(dates[first][0], [first], cells, kinds)
    assert {cell: (kind, (*values,)) for cell, (kind, _, values) in certain.items()} == {
        cell: dates[cell] for cell in certain
    }
    assert len(certain) > 0.9 * len(dates)


EXPONENTS = st.builds(
    "{}{}{}e{:+03}".format,
    st.sampled_from(["", "-"]),
    st.integers(0, 9),
    st.one_of(
        st.integers(0, 12).map(lambda digits: "." + "9" * digits),
        st.text("0123456789", max_size=14).map(".{}".format),
    ),
    st.integers(-99, 99),
)


@settings(max_examples=examples(50), deadline=None)
@given(st.lists(EXPONENTS, min_size=1, max_size=50))
def test_numbers_with_exponents_are_summed_up_to_the_last_digit(cells):
    seen = ColumnEvidence()
    look_at(seen, [(cell, 1, 1) for cell in cells])
    sql = sql_for("exponent", seen.kinds["exponent"], {"exponent"})
    for cell in cells:
        for each in filter(None, (sql, sql.rest)):
            for row in summed(each, cell):
                assert Decimal(row[0]).scaleb(row[1]) == Decimal(cell)
        assert summed(sql.rest or sql, cell)


def summed(sql: Sql, cell: str) -> list[tuple[str, int]]:
    cells = valued(sql, f"select '{cell}' as b")
    return duckdb.execute(
        f"select ({sql.summand})::varchar, {sql.power} from {cells} where {sql.certain}"
    ).fetchall()


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_each_entry_says_what_its_cells_begin_with_and_what_kinds_they_are_of(data):
    for entry in ENTRIES:
        cell = data.draw(st.from_regex(entry.pattern, fullmatch=True)).strip(" \t")
        assert cell[0] in entry.begins or entry.read(cell) is None  # no month begins with an X
        kind, values = read_cell(cell)
        named = {TEXT, NULL_WORD, *(of_entry.name for of_entry in entry.kinds)}
        if entry.kinds:
            assert kind in named or cell.lower() in WORDS
        elif kind not in named:  # made as it was met
            assert KINDS[kind].form or KINDS[kind].meanings or cell.lower() in WORDS
        assert kind == TEXT or len(values) in (0, 1, 2, 3)
