"""The profile of a whole file: its rows, and what is said where it could not be made."""

import gc
import gzip
import io
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import CsvMetadata, UnreadableCsv, read_csv_metadata, table_rows
from chalicelib.csv_reader import read as reading
from chalicelib.csv_reader.profile import columns as profile_columns
from chalicelib.csv_reader.profile import stream as profile_stream
from chalicelib.csv_reader.profile.column_profile import RaggedRows
from chalicelib.csv_reader.profile.columns import ColumnProfiler
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import Pieces, csv_bytes, piece_lengths, table_of


def read(data: bytes, **options) -> CsvMetadata:
    return read_csv_metadata(io.BytesIO(data), profile=True, **options)


def test_the_search_for_cycles_goes_on_behind_a_profile(monkeypatch):
    searching = []
    monkeypatch.setattr(ColumnProfiler, "add", lambda *_: searching.append(gc.isenabled()))
    read(b"a,b\n1,2\n")
    assert searching == [False]
    assert gc.isenabled()


@settings(max_examples=examples(40), deadline=None)
@given(data=csv_bytes, lengths=piece_lengths, zipped=st.booleans())
@example(data=b"\0\n\0", lengths=[1], zipped=False)
@example(data=b'a\n"a\0', lengths=[1], zipped=False)
@example(data=b'a\n"\n\0\0', lengths=[1], zipped=False)
@example(data='\ue000\n"\ue000\0"'.encode(), lengths=[1], zipped=False)
@example(data='\ue000\n"\ue000\0"\0\0'.encode(), lengths=[1], zipped=False)
def test_of_any_bytes_every_row_is_profiled_and_nothing_else_is_other_than_without(
    data, lengths, zipped
):
    data = gzip.compress(data, 1, mtime=0) if zipped and data else data
    try:
        without = read_csv_metadata(io.BytesIO(data))
    except UnreadableCsv:
        return
    found = read_csv_metadata(Pieces(data, lengths), profile=True)
    profile = {"columns": (), "profiled_rows": None, "ragged_rows": None, "lines": None}
    warnings = found.warnings[: len(without.warnings)]
    assert replace(found, **profile, warnings=warnings) == without
    assert found.profiled_rows == found.row_count
    assert [column.name for column in found.columns] == list(found.column_names)
    assert_as_csv_module_splits(gzip.decompress(data) if found.compression else data, found)


@settings(max_examples=examples(20), deadline=None)
@given(data=csv_bytes, times=st.integers(1, 20), lengths=piece_lengths)
@example(data=b"aaaaaaaaaaaaaaaaaaaaaaaa,\n", times=2, lengths=[1])
@example(data=b"a\0\n", times=2, lengths=[1])
@example(data=b',""\n\n,', times=8, lengths=[1])
def test_of_a_long_file_of_any_bytes_too(data, times, lengths):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_SAMPLE_BYTES", 40)
        patch.setattr(table_rows, "_HELD_BYTES", 20)
        patch.setattr(profile_stream, "_FIRST_BATCH_BYTES", 20)
        patch.setattr(profile_stream, "_SECOND_BATCH_BYTES", 20)
        patch.setattr(profile_stream, "_BATCH_BYTES", 200)
        patch.setattr(profile_columns, "_FEW_CELLS", 2)
        patch.setattr(profile_columns, "_FEW_ROWS", 1)
        try:
            found = read_csv_metadata(Pieces(data * times, lengths), profile=True)
        except UnreadableCsv:
            return
    assert found.profiled_rows == found.row_count
    assert_as_csv_module_splits(data * times, found)


def assert_as_csv_module_splits(data: bytes, found: CsvMetadata) -> None:
    table = table_of(data, found)
    if table is None:
        return
    if found.delimiter == " ":  # whose margin at the end of a line is no field
        table = [row[:-1] if len(row) > 1 and not row[-1] else row for row in table]
    width = found.column_count
    assert found.ragged_rows == ragged([len(row) for row in table], width)
    for index, column in enumerate(found.columns):
        cells = [row[index] for row in table if index < len(row) and row[index]]
        words = [cell for cell in cells if cell in column.null_words]
        assert column.null_count == len(table) - len(cells) + len(words)
        assert column.distinct_count == len(set(cells) - set(words))
        assert column.max_length == max((len(c) for c in cells if c not in words), default=None)


def ragged(widths: list[int], width: int) -> RaggedRows:
    long = [(row, fields) for row, fields in enumerate(widths, 1) if fields > width]
    short = [(row, fields) for row, fields in enumerate(widths, 1) if fields < width]
    return RaggedRows(
        len(long) + len(short),
        *(long[0] if long else (None, None)),
        *(short[0] if short else (None, None)),
    )


def test_ragged_rows_are_counted_and_the_first_of_either_kind_told():
    regular = b"0,z,x\n" * 9
    found = read(b"id,name,city\n" + regular + b"2,b,x,9,9\n\n3,c\n4,d,y,9\n5\n" + regular)
    assert found.ragged_rows == RaggedRows(4, 10, 5, 11, 2)
    assert found.warnings == (
        "4 rows have more or fewer fields than the header; the first is row 10, with 5",
    )
    assert [column.null_count for column in found.columns] == [0, 1, 2]


def test_one_ragged_row_is_told_with_its_width():
    found = read(b"id,name\n1,a\n2\n" + b"3,c\n" * 9)
    assert found.warnings == ("row 2 has 1 fields, and not as many as the header",)


def test_no_row_is_ragged_where_all_are_as_wide_as_the_header():
    assert read(b"id,name\n1,a\n").ragged_rows == RaggedRows(0, None, None, None, None)


def test_a_file_without_columns_has_no_profile_and_lacks_none():
    found = read(b"")
    assert (found.columns, found.profiled_rows, found.warnings) == ((), 0, ())


def test_a_header_alone_names_empty_columns():
    assert [column.type for column in read(b"id,name\n").columns] == ["empty", "empty"]


def test_a_file_without_a_header_is_profiled_from_its_first_row():
    found = read(b"1,2.5\n2,3.5\n3,\n")
    assert not found.has_header
    assert [(c.name, c.type, c.null_count) for c in found.columns] == [
        ("column_1", "integer", 0),
        ("column_2", "decimal", 1),
    ]


def test_the_first_thousand_columns_are_profiled_and_a_warning_says_so():
    data = ",".join(f"c{i}" for i in range(1200)) + "\n" + ",".join(map(str, range(1200))) + "\n"
    found = read(data.encode())
    assert len(found.columns) == 1000
    assert found.columns[999].min == "999"
    assert found.warnings == ("only the first 1,000 of 1,200 columns are profiled",)


def numbered(count: int) -> bytes:
    return b"id,name\n" + b"".join(b"%d,name %d\n" % (i, i % 7) for i in range(count))


def test_when_time_is_short_the_profile_ends_and_says_after_how_many_rows():
    answers = iter([False, True])
    found = read(numbered(200_000), time_is_short=lambda: next(answers))
    assert found.row_count == 200_000
    assert 0 < found.profiled_rows < 200_000
    assert found.columns[0].max == str(found.profiled_rows - 1)
    assert found.ragged_rows is None
    assert found.warnings == (
        f"the profile covers only the first {found.profiled_rows:,} of 200,000 rows:"
        " time ran short",
    )


def test_when_memory_is_short_there_are_counts_without_a_profile(monkeypatch):
    def add(self, batch):
        raise MemoryError

    monkeypatch.setattr(ColumnProfiler, "add", add)
    found = read(numbered(10))
    assert (found.row_count, found.columns, found.profiled_rows) == (10, (), 0)
    assert found.warnings == ("the profile covers none of 10 rows: memory ran short",)


def test_a_record_too_long_ends_the_profile_and_not_the_count(monkeypatch):
    monkeypatch.setattr(profile_stream, "_LONGEST_RECORD", 3 << 20)
    long = b'1,"' + b"a\n" * (3 << 20) + b'"\n'
    found = read(numbered(200_000) + long + b"2,b\n")
    assert (found.row_count, found.profiled_rows) == (200_002, 200_000)
    assert found.warnings == (
        "the profile covers only the first 200,000 of 200,002 rows:"
        " row 200,001 is longer than 3 MiB",
    )


def test_long_cells_are_shown_in_part_and_measured_whole():
    found = read(b"id,text\n1," + b"a" * 5000 + b"x\n2," + b"a" * 5000 + b"y\n3,b\n").columns[1]
    assert (found.min, found.max) == ("a" * 1000 + "…", "b")
    assert (found.min_length, found.max_length, found.distinct_count) == (1, 5001, 3)


def test_many_values_are_estimated_and_said_to_be():
    count = 300_000
    found = read(numbered(count)).columns[0]
    assert not found.distinct_is_exact
    assert 0.95 * count < found.distinct_count <= count
    assert (found.type, found.min, found.max, found.mean) == ("integer", "0", "299999", 149_999.5)
    assert found.quartiles == pytest.approx((75_000, 150_000, 225_000), abs=0.02 * count)
    assert found.notes == ("The quartiles are estimates.",)


def test_rows_weigh_as_much_where_a_smaller_share_of_them_is_sampled(monkeypatch):
    for size in ("_FIRST_BATCH_BYTES", "_SECOND_BATCH_BYTES", "_BATCH_BYTES"):
        monkeypatch.setattr(profile_stream, size, 200_000)
    count = 300_000
    found = read(numbered(count)).columns[0]
    assert found.quartiles == pytest.approx((75_000, 150_000, 225_000), abs=0.02 * count)


@pytest.mark.parametrize("extra", [b",", b',""', b',"",""', b",,", b',"x"'])
def test_a_long_file_with_a_field_too_many_in_quotes_is_ragged_though_it_is_empty(extra):
    rows = b"".join(
        b'"%d","name %d"%b\n' % (i, i, extra if i % 7 == 3 else b"") for i in range(200_000)
    )
    found = read(b"id,name\n" + rows)
    fields = 2 + extra.count(b",")
    assert found.ragged_rows == RaggedRows(28_571, 4, fields, None, None)
    assert [column.max for column in found.columns] == ["199999", "name 99999"]


def test_up_to_ten_thousand_values_are_counted_exactly_in_a_file_of_any_length():
    found = read(b"id,n\n" + b"".join(b"%d,%d\n" % (i, i % 10_000) for i in range(300_000)))
    assert (found.columns[1].distinct_count, found.columns[1].distinct_is_exact) == (10_000, True)
    assert found.columns[1].quartiles == (2499.75, 4999.5, 7499.25)


@pytest.mark.parametrize(
    ("header", "names", "rows_of_header"),
    [
        (
            ",Male,,Female,\nYear,Count,Rate,Count,Rate\n",
            ("Year", "Male / Count", "Male / Rate", "Female / Count", "Female / Rate"),
            2,
        ),
        (
            "Year,Male,,Female,\n,Count,Rate,Count,Rate\n",
            ("Year", "Male / Count", "Male / Rate", "Female / Count", "Female / Rate"),
            2,
        ),
        (
            "Year,Male,Male,Female,Female\n,Count,Rate,Count,Rate\n",
            ("Year", "Male / Count", "Male / Rate", "Female / Count", "Female / Rate"),
            2,
        ),
        (
            ",2020,,2021,\n,Men,,Women,\nYear,Count,Rate,Count,Rate\n",
            (
                "Year",
                "2020 / Men / Count",
                "2020 / Men / Rate",
                "2021 / Women / Count",
                "2021 / Women / Rate",
            ),
            3,
        ),
        (
            "Time,Voltage,Current,Power,Temp\ns,V,A,W,°C\n",
            ("Time / s", "Voltage / V", "Current / A", "Power / W", "Temp / °C"),
            2,
        ),
        (
            ",Load,,Air,\nTime,Voltage,Current,Wind,Temp\n(s),(V),(A),(m/s),(°C)\n",
            (
                "Time / (s)",
                "Load / Voltage / (V)",
                "Load / Current / (A)",
                "Air / Wind / (m/s)",
                "Air / Temp / (°C)",
            ),
            3,
        ),
        ("Year,Count,Rate,Count 2,Rate 2\n", ("Year", "Count", "Rate", "Count 2", "Rate 2"), 1),
    ],
    ids=[
        "groups",
        "groups beside a name",
        "groups repeated",
        "groups of groups",
        "units",
        "all",
        "one row",
    ],
)
@pytest.mark.parametrize("title", ["", "Table 4: rates by sex\n\n"])
def test_a_header_of_several_rows_is_joined(header, names, rows_of_header, title):
    body = "2001,10,1.5,12,1.7\n2002,11,1.6,13,1.8\n2003,9,1.4,12,1.6\n"
    found = read((title + header + body).encode())
    assert found.column_names == names
    assert (found.header_rows, found.has_header, found.row_count) == (rows_of_header, True, 3)
    assert found.preamble_rows == bool(title)
    assert [column.name for column in found.columns] == list(names)
    assert [column.type for column in found.columns] == [
        "integer",
        "integer",
        "decimal",
        "integer",
        "decimal",
    ]


@pytest.mark.parametrize(
    "data",
    [
        "Area,2019,2020\nUnknown,c,c\nLeeds,10,11\nYork,6,7\n",
        "Area,Homes,Empty\nLeeds,NA,-\nYork,6,7\nHull,8,9\n",
        "name,size,unit\nbolt,m,kg\nnut,s,g\n",
        "School,,Pupils,,Grant,\nAbbey,,200,,1000,\nBrook,,150,,900,\n",
        "id,name,city\n1,,\n2,b,x\n3,c,y\n",
    ],
)
def test_rows_of_data_are_no_part_of_a_header(data):
    assert read(data.encode()).header_rows == 1


def test_memory_is_bounded_whatever_the_columns_hold():
    wide = b",".join(b"%d" % i for i in range(2000)) + b"\n"
    data = b",".join(b"c%d" % i for i in range(2000)) + b"\n" + wide * 1000
    tracemalloc.start()
    found = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.profiled_rows == 1000
    assert peak < 350_000_000


def test_without_its_engine_a_long_file_has_a_profile_of_its_first_rows_and_all_counts(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    found = read(numbered(200_000))
    assert found.row_count == 200_000
    assert 0 < found.profiled_rows < 200_000
    assert found.columns[0].max == str(found.profiled_rows - 1)
    assert found.warnings == (
        f"the profile covers only the first {found.profiled_rows:,} of 200,000 rows:"
        " DuckDB can't be loaded",
    )


def test_a_profile_loads_no_numpy_and_no_pandas_even_where_they_are():
    says = (
        "import io, sys; from chalicelib.csv_reader import read_csv_metadata\n"
        "data = b'id,name\\n' + b''.join(b'%d,%d\\n' % (i, i % 7) for i in range(200_000))\n"
        "print(read_csv_metadata(io.BytesIO(data), profile=True).profiled_rows)\n"
        "print('duckdb' in sys.modules, {'numpy', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["200000", "True set()"]
