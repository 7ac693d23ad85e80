"""The profiles of columns, every figure against plain Python."""

import io
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import read, read_csv_metadata, table_rows
from chalicelib.csv_reader.profile import columns as profile_columns
from chalicelib.csv_reader.profile import stream as profile_stream
from tests.examples import examples, first_of
from tests.unit.csv_reader.csv_oracle import Pieces, quoting
from tests.unit.csv_reader.csv_oracle import rows as csv_rows
from tests.unit.csv_reader.profile import profile_oracle
from tests.unit.csv_reader.profile.columns_of_cells import (
    POOLS,
    as_oracle,
    profiled,
    profiled_beside_itself,
    small_batches,
)


def any_pool(names):
    return st.sampled_from([cell for name in names for cell in POOLS[name]])


any_cell = st.lists(st.sampled_from(sorted(POOLS)), min_size=1, max_size=3).flatmap(any_pool)
columns = st.one_of(
    st.lists(st.sampled_from(sorted(POOLS)), min_size=1, max_size=3).flatmap(
        lambda names: st.lists(any_pool(names), min_size=1, max_size=12)
    ),
    # Nearly all of one kind, with an exception or two.
    st.tuples(
        st.sampled_from(sorted(POOLS)).flatmap(
            lambda name: st.lists(any_pool([name]), min_size=1, max_size=4)
        ),
        st.lists(any_cell, min_size=1, max_size=2),
        st.integers(20, 130),
        st.integers(0, 50),
    ).map(lambda t: (t[0] * t[2])[: t[3]] + t[1] + (t[0] * t[2])[t[3] :]),
)


@settings(max_examples=examples(40), deadline=None)
@given(columns)
@example(["5 kr", *["9223372036854775808", "1" * 40] * 50])
def test_every_figure_is_what_plain_python_makes_of_the_column(column):
    found = profiled(column)
    expected = profile_oracle.profile(column)
    assert as_oracle(found) == expected
    assert sum(kind.count for kind in found.kinds) == sum(cell != "" for cell in column)
    for kind in found.kinds:
        assert column[kind.row - 1].strip().startswith(kind.text.strip().removesuffix("…"))


def vega_files():
    """Real files, the small ones first."""
    named = files("vega_datasets").joinpath("_data").iterdir()
    read = {file.name: file.read_bytes() for file in named if file.name.endswith(".csv")}
    ordered = sorted(read, key=lambda name: (len(read[name]), name))
    return first_of([pytest.param(read[name], id=name) for name in ordered], 5)


@pytest.mark.parametrize("data", vega_files())
def test_real_files_are_profiled_as_plain_python_does(data):
    found = read_csv_metadata(io.BytesIO(data), profile=True)
    rows = csv_rows(data, found.encoding, found.delimiter, *quoting(found))[1:]
    assert found.profiled_rows == found.row_count == len(rows)
    for index, column in enumerate(found.columns):
        cells = [row[index] if index < len(row) else "" for row in rows]
        assert column.name == found.column_names[index]
        assert as_oracle(column) == profile_oracle.profile(cells)


def peculiarities(found) -> set[str]:
    """What the profile says of a column's cells beside their type."""
    numbers = [
        *([f"thousands {found.group_mark}"] if found.group_mark else []),
        *([f"affix {found.affix}"] if found.affix else []),
        *([f"minus {found.minus}"] if found.minus else []),
        *(["decimal comma"] if found.decimal_mark == "," else []),
    ]
    if found.date_pattern:
        facts = [found.date_pattern, *([found.month_language] if found.month_language else [])]
        is_english = found.month_language == "en"
        return {" ".join([*(facts[:1] if is_english else facts), *found.traits])}
    return {
        *([" ".join(sorted(found.traits))] if found.traits else []),
        *([" ".join(numbers)] if numbers else []),
        *([found.date_order] if found.date_order not in (None, "year first") else []),
        *(["outer spaces"] if found.has_outer_spaces else []),
    }


# The traps, one by one: cells, the type, and the peculiarity if there is to be one.
TRAPS = {
    "leading zeros": (["007", "8"], "text", "leading_zeros"),
    "leading zeros behind a minus": (["-007", "8"], "text", "leading_zeros"),
    "leading zeros before a point": (["007.1"], "text", "leading_zeros"),
    "Python's underscores": (["1_000", "2"], "text", None),
    "digits that are not ASCII": (["١٢", "3"], "text", None),
    "not a number": (["nan", "1.5"], "decimal", None),
    "infinity": (["inf", "1.5"], "text", None),
    "an exponent": (["1e5", "2"], "double", None),
    "an exponent that no double has": (["1e400", "2"], "text", None),
    "an id of hex digits": (["4e512345678", "123456789012"], "text", None),
    "more digits than a double's": (["1" * 310, "2"], "text", None),
    "19 digits": (["9223372036854775807", "1"], "integer", None),
    "19 digits that are too many": (["9999999999999999999", "1"], "decimal", None),
    "40 digits": (["1" * 40, "1"], "decimal", None),
    "a fraction beside 16 digits": (["9007199254740993", "0.5"], "decimal", None),
    "a fraction of 39 digits": (["0." + "1" * 38], "double", None),
    "decimal commas": (["1,5", "2,25"], "decimal", "decimal comma"),
    "a comma that may part thousands": (["1,234", "5,678"], "text", "ambiguous_numbers"),
    "the same beside a decimal comma": (["1,234", "5,67"], "decimal", "decimal comma"),
    "the same beside thousands": (
        ["1,234", "5,678,901"],
        "integer",
        "thousands ,",
    ),
    "commas and points": (["1,5", "2.5"], "text", "mixed_decimal_marks"),
    "thousands in Europe": (["1.234,50", "2,25"], "decimal", "thousands . decimal comma"),
    "thousands in America": (["1,234.50", "2.25"], "decimal", "thousands ,"),
    "a comma beside a point": (["1,234", "5.25"], "decimal", "thousands ,"),
    "commas beside numbers below a thousand": (["1,234", "194"], "integer", "thousands ,"),
    "commas beside larger numbers": (["1,234", "1940"], "text", "ambiguous_numbers"),
    "commas beside zero": (["1,234", "0"], "text", "ambiguous_numbers"),
    "points that may part thousands": (["1.234", "194"], "decimal", None),
    "points that do": (["1.234", "194", "1.234.567"], "integer", "thousands ."),
    "lakhs": (["1,234", "12,34,567.5"], "decimal", "thousands ,"),
    "lakhs beside millions": (
        ["12,34,567", "1,234,567"],
        "text",
        "mixed_number_forms thousands_marks",
    ),
    "apostrophes": (["1'234.50", "7"], "decimal", "thousands '"),
    "spaces": (["1 234", "12 345"], "integer", "thousands  "),
    "ids of nine digits": (["123 456 789", "987 654 321"], "text", "thousands_marks"),
    "percent": (["5%", "12.5 %"], "decimal", "affix %"),
    "percent in some": (["5%", "0.5"], "text", "mixed_number_forms percent_signs"),
    "one currency": (["$5", "-$12.50", "7"], "decimal", "affix $"),
    "currencies": (["$5", "12.50 €"], "text", "currency_signs mixed_number_forms"),
    "a currency and a comma": (["$1,234"], "text", "ambiguous_numbers"),
    "parentheses": (["(5)", "7"], "integer", "minus ()"),
    "parentheses around all": (["(12)", "(13)"], "text", "mixed_number_forms"),
    "parentheses beside hyphens": (["(5)", "-7", "3"], "text", "mixed_number_forms"),
    "a hyphen behind": (["5-", "7", "2.5-"], "decimal", "minus behind"),
    "a true minus": (["−5", "7"], "integer", "minus −"),
    "dates that may be either": (["01/02/2020", "03/04/2020"], "text", "ambiguous_dates"),
    "a 13th beside them": (["01/02/2020", "13/02/2020"], "date", "day first"),
    "a 13th in second place": (["01/02/2020", "02/13/2020"], "date", "month first"),
    "a 13th in either place": (["13/02/2020", "02/13/2020"], "text", "mixed_date_orders"),
    "years of two digits": (["31/12/99", "04/07/20"], "date", "%d/%m/%y short_years"),
    "years of two digits, in doubt": (["01/02/20"], "text", "ambiguous_dates short_years"),
    "years in front, maybe": (["24-01-31", "24-02-29"], "text", "ambiguous_dates short_years"),
    "years in front, for certain": (["99-12-31", "98-01-30"], "date", "%y-%m-%d short_years"),
    "months by name": (["12-Jan-24", "5-Feb-24"], "date", "%d-%b-%y short_years"),
    "months by name in German": (["3. Feb. 24", "15. März 23"], "date", "%d. %b %y de short_years"),
    "months in capitals": (["31-OCT-2023", "01-NOV-2023"], "date", "%d-%b-%Y"),
    "months in French": (["1 janvier 2024", "3 août 2023"], "date", "%d %B %Y fr"),
    "months in Polish": (["1 listopada 2024", "3 maja 2023"], "date", "%d %B %Y pl"),
    "months in two languages": (["1 janvier 2024", "3 August 2023"], "text", "mixed_date_forms"),
    "a day that no month has": (["30 Feb 2024", "1 Feb 2024"], "text", None),
    "dates in Japan": (["2024年1月31日", "2024年12月1日"], "date", "%Y年%m月%d日"),
    "dates in Hungary": (["2024.01.31.", "2024.02.01."], "date", "%Y.%m.%d."),
    "dates in Czechia": (["31. 1. 2024", "1. 12. 2024"], "date", "%d. %m. %Y"),
    "half days": (["1/2/2023, 12:33 PM", "12/22/2023, 1:05 AM"], "timestamp", "%m/%d/%Y, %I:%M %p"),
    "half days, in doubt": (["1/2/2023 12:33 PM"], "text", "ambiguous_dates"),
    "half days of a clock": (["9:05 PM", "12:10 AM"], "time", "%I:%M %p"),
    "13 in the afternoon": (["13:05 PM", "1:05 PM"], "text", None),
    "logs": (["2024-01-31 10:15:00,123"], "timestamp", "%Y-%m-%d %H:%M:%S,%f"),
    "zones behind slashes": (["2024/01/31 10:00 +0100"], "timestamptz", "%Y/%m/%d %H:%M %z"),
    "Greenwich": (["2024-01-31 10:00:00 GMT"], "timestamptz", "%Y-%m-%d %H:%M:%S %Z"),
    "dates in two forms": (["2020-01-31", "2020/01/31"], "text", "mixed_date_forms"),
    "dates and times": (["2020-01-31", "2020-02-01 10:00"], "timestamp", None),
    "zones in some": (["2020-01-31T10:00:00", "2020-01-31T10:00:00Z"], "text", "mixed_zones"),
    "zones in all": (["2020-01-31T10:00:00+02:00", "2020-01-31T10:00:00Z"], "timestamptz", None),
    "24 o'clock": (["24:00", "10:00"], "text", None),
    "a day that never was": (["2021-02-30", "2021-02-28"], "text", None),
    "Namibia": (["NA", "DE", "FR"], "text", None),
    "nothing but words for nothing": (["NA", "", "-"], "empty", None),
    "crosses in some rows": (["x", "", "x"], "text", None),
    "crosses among numbers": (["1", "x", "2"], "integer", None),
    "a date that is none": (["2024-01-31", "0000-00-00"], "date", None),
    "telephone numbers": (["+14155550123", "+442079460000"], "text", "telephone_numbers"),
    "telephone numbers with spaces": (["+49 30 1234", "+49 301 234"], "text", "telephone_numbers"),
    "a telephone number beside numbers": (["+14155550123", "7"], "text", "telephone_numbers"),
    "large changes": (["+14155550", "-3", "+5"], "integer", None),
    "small changes": (["+5", "+7"], "integer", None),
    "nothing known among numbers": (["NA", "1", "2"], "integer", None),
    "0 and 1": (["0", "1", "1"], "integer", "zero_and_one"),
    "days without marks": (["20240131", "", "NA", "19991231"], "integer", "compact_dates"),
    "days, but for one": (["20240131", "20240230"], "integer", None),
    "days and a number": (["20240131", "7"], "integer", None),
    "days of no century that people live in": (["24000131"], "integer", None),
    "versions": (["1.9", "1.10", "2"], "decimal", "versions"),
    "versions without a tenth": (["1.8", "1.9"], "decimal", None),
    "prices": (["1.90", "1.10"], "decimal", None),
    "prices as people type them": (["12.5", "3.50", "4.05"], "decimal", None),
    "negative numbers": (["-1.9", "1.10"], "decimal", None),
    "yes and no": (["yes", "No"], "boolean", None),
    "yes alone": (["yes", "yes"], "text", None),
    "t and f": (["t", "f"], "boolean", None),
    "t alone": (["t", "t"], "text", None),
    "Y and N": (["Y", "N"], "text", None),
    "true and false, in any case": (["TRUE", "false"], "boolean", None),
    "booleans in two languages": (["true", "faux"], "text", None),
    "booleans in another language": (["Ja", "nein"], "boolean", None),
    "Spanish, where no is English too": (["sí", "no"], "boolean", None),
    "switches": (["ON", "off"], "boolean", None),
    "two kinds of booleans": (["true", "no"], "text", None),
    "empty": (["", ""], "empty", None),
    "spaces around numbers": ([" 1", "2 ", "3"], "integer", "outer spaces"),
    "a uuid": (["123e4567-e89b-12d3-a456-426614174000"], "uuid", None),
}


@pytest.mark.parametrize(("cells", "type_name", "peculiarity"), TRAPS.values(), ids=list(TRAPS))
def test_no_trap_catches_the_type(cells, type_name, peculiarity):
    found = profiled(cells)
    assert found.type == type_name
    assert peculiarities(found) == ({peculiarity} if peculiarity else set())
    assert bool(found.notes) == bool(peculiarity or (type_name == "empty" and any(cells)))


def test_long_numbers_lose_no_digit():
    found = profiled(["9007199254740993", "0.5"])
    assert (found.precision, found.scale) == (17, 1)
    assert (found.min, found.max) == ("0.5", "9007199254740993")
    assert profiled(["1" * 40, "12"]).precision == 40


def test_null_words_are_null_and_named_where_all_else_is_of_a_type():
    found = profiled(["NA", "1", "", "N/A", "3", "NA"])
    assert (found.null_count, found.null_words) == (4, ("NA", "N/A"))
    assert (found.distinct_count, found.top_values, found.max_length) == (
        2,
        (("1", 1), ("3", 1)),
        1,
    )


def test_quoted_empties_are_null_as_unquoted_ones_are():
    found = read_csv_metadata(io.BytesIO(b'id,note\n1,""\n2,\n3,"x"\n'), profile=True)
    assert found.columns[1].null_count == 2


def test_what_nearly_all_cells_are_is_told_with_the_first_that_is_not():
    found = profiled([*map(str, range(150)), "N/A", "n. b.", *map(str, range(150, 300))])
    almost = found.almost
    assert found.type == "text"
    assert (almost.type, almost.count, almost.row, almost.text) == ("integer", 2, 151, "N/A")
    assert profiled([*map(str, range(98)), "n. b.", "N/A"]).almost is None


@pytest.mark.parametrize("name", ["id", "ID", "customer_id", "orderId", "KEY", "uuid"])
def test_a_key_that_is_not_unique_is_told(name):
    assert profiled(["a1", "a2", "a2"], name).traits == ("repeated_key",)
    assert profiled(["a1", "a2", "a3"], name).traits == ()


@pytest.mark.parametrize("name", ["grid", "city", "width"])
def test_what_is_no_key_may_repeat(name):
    assert profiled(["a1", "a2", "a2"], name).traits == ()


@settings(max_examples=examples(8), deadline=None)
@given(columns, st.sampled_from([1, 5, 10_000]), st.integers(1, 4))
def test_a_long_file_is_profiled_as_plain_python_does_too(column, values, times):
    column = column * times
    with small_batches(values):
        found = profiled(column)
    assert_is_as_told(found, column, values)


@settings(max_examples=examples(8), deadline=None)
@given(columns, st.sampled_from([1, 5]), st.integers(2, 8))
@example([*["NaN"] * 20, "#N/A"], 1, 2)
@example([*["1.5"] * 4, "12.50", "9007199254740993.1"], 1, 2)
def test_columns_that_are_alike_are_profiled_as_plain_python_does_too(column, values, times):
    column = column * times
    with small_batches(values):
        found = profiled_beside_itself(column)
    assume(found is not None)
    assert found.profiled_rows == len(column)
    for each in found.columns:
        assert_is_as_told(each, column, values)


def test_columns_beyond_the_last_profiled_one_change_nothing(monkeypatch):
    monkeypatch.setattr(profile_columns, "MOST_COLUMNS", 1)
    column = [str(number) for number in range(200)]
    with small_batches(5):
        found = profiled_beside_itself(column)
    (first,) = found.columns
    assert_is_as_told(first, column, 5)


def assert_is_as_told(found, column, values):
    expected = profile_oracle.profile(column)
    told = as_oracle(found)
    if expected["distinct_count"] + len(expected["null_words"]) > values:
        # Too many to be kept: what is estimated is said to be, and the rest is exact all the same.
        told_apart = found.distinct_count + len(found.null_words)
        assert found.distinct_is_exact or values <= told_apart
        assert found.distinct_count <= len(column) - found.null_count
        assert all(count <= len(column) for _, count in found.top_values)
        for name in ("distinct_count", "distinct_is_exact", "top_values", "top_is_exact"):
            del told[name], expected[name]
        if not found.histogram_is_exact:
            assert sum(found.histogram) == sum(expected["histogram"])
            assert len(found.histogram) == len(expected["histogram"])
            del told["histogram"], expected["histogram"]
            del told["histogram_is_exact"], expected["histogram_is_exact"]
            del told["true_share"], expected["true_share"]
        if "estimated_quartiles" in found.traits:
            del told["quartiles"], expected["quartiles"]
    assert told == expected


@pytest.mark.parametrize("data", vega_files())
def test_real_files_are_profiled_alike_by_either_engine(data):
    whole = read_csv_metadata(io.BytesIO(data), profile=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_SAMPLE_BYTES", 2000)
        patch.setattr(table_rows, "_HELD_BYTES", 1000)
        patch.setattr(profile_stream, "_FIRST_BATCH_BYTES", len(data) // 5)
        patch.setattr(profile_stream, "_SECOND_BATCH_BYTES", len(data) // 5)
        patch.setattr(profile_stream, "_BATCH_BYTES", len(data) // 3)
        patch.setattr(profile_columns, "_FEW_CELLS", 1)
        patch.setattr(profile_columns, "_FEW_ROWS", 1)
        found = read_csv_metadata(Pieces(data, [len(data) // 9]), profile=True)
    for column, expected in zip(found.columns, whole.columns, strict=True):
        if not column.distinct_is_exact:
            assert column.distinct_count == pytest.approx(expected.distinct_count, rel=0.05)
            expected = replace(
                expected,
                distinct_count=column.distinct_count,
                distinct_is_exact=False,
                quartiles=column.quartiles,
                traits=column.traits,
                notes=column.notes,
            )
        assert column == expected


@pytest.mark.parametrize("late", ["007", "-0", "+5", "1e3", "9223372036854775808", "-", "1-2", ""])
def test_a_late_cell_among_integers_that_are_alike_is_read_as_it_is_written(late):
    column = [str(number) for number in range(200)] + [late, "7"]
    with small_batches(5):
        found = profiled_beside_itself(column)
    for each in found.columns:
        assert_is_as_told(each, column, 5)
