"""Ids, long numbers and rare characters, which ordinary files hold, are read to their end."""

import io
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import UnreadableCsv, read_csv_metadata
from chalicelib.csv_reader.kind_names import NUMBERS, TEXT
from chalicelib.csv_reader.profile.judgement.judge import fits
from chalicelib.csv_reader.profile.kinds.table import read_cell
from chalicelib.csv_reader.rows import read_rows
from tests.examples import examples
from tests.unit.csv_reader.profile import profile_oracle
from tests.unit.csv_reader.profile.columns_of_cells import as_oracle, profiled, small_batches

LIKE_NUMBERS = [
    *(
        "4e5123456789",
        "45e512345678",
        "4e512345678",
        "4E51234567",
        "0e512345678",
        "123456789e12",
        "00e512345678",
    ),
    *("1e400", "-1e400", "1e-400", "-1e-400", "1e-999999999", "-2e-999999999", "1e+9999999999"),
    *(
        "1e999999999",
        "0.0e999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.8e308",
    ),
    *("1.797693134862315807e308", "1.797693134862315808e308", "5e-324", "2e-324", "0e-999999999"),
    *("9" * 308, "9" * 309, "1" * 309, "1" * 310, "-" + "9" * 400, "9" * 1000, "9" * 5000),
    *("9" * 400 + ".5", "0." + "0" * 400 + "1", "9" * 400 + ",5", "0," + "1" * 900),
    *("0." + "0" * 900 + "1e1200", "1" + "0" * 900 + "e-900", "1e0000000308", "1e000000309"),
    *("1,234", "1", "-7", "0.5", "12.25", "1,5", "007", "3e5", "9223372036854775808", "NA", ""),
]


def read(data: bytes):
    found = read_csv_metadata(io.BytesIO(data), profile=True)
    assert found.profiled_rows == found.row_count
    return found


def assert_as_plain_python_has_it(found, cells: list[str]) -> None:
    """Those figures that stay exact, however many values there are."""
    told, expected = as_oracle(found), profile_oracle.profile(cells)
    if not found.distinct_is_exact or "The quartiles are estimates." in found.notes:
        for name in ("distinct_count", "distinct_is_exact", "top_values", "quartiles"):
            del told[name], expected[name]
        for name in ("top_is_exact", "histogram", "histogram_is_exact", "true_share"):
            del told[name], expected[name]
    assert told == expected


def hex_ids(count: int, digits: int = 12) -> list[str]:
    chance = random.Random(1)  # noqa: S311
    return [f"{chance.randrange(16**digits):0{digits}x}" for _ in range(count)]


def test_two_thousand_hex_ids_are_text():
    ids = [*hex_ids(2000), "45e512345678", "4512e3456789", "4e5123456789"]
    found = profiled(ids)
    assert (found.type, found.distinct_count) == ("text", len(ids))


@pytest.mark.parametrize("digits", [11, 12])
def test_a_long_file_of_hex_ids_is_read_as_a_short_one(digits):
    ids = [*hex_ids(150, digits), "45e512345678"[-digits:], *hex_ids(150, digits)]
    with small_batches(20):
        found = profiled(ids)
    assert found.type == "text"
    assert_as_plain_python_has_it(found, ids)


@pytest.mark.parametrize("cell", LIKE_NUMBERS[:-1])
@pytest.mark.parametrize("beside", [[], ["1"], ["0.5", "2"], ["1e5"], ["1,5"], ["x"]])
def test_a_cell_like_a_number_is_read_whatever_stands_beside_it(cell, beside):
    if len(cell) <= 1000:
        assert_as_plain_python_has_it(profiled([cell, *beside]), [cell, *beside])
    else:
        assert profiled([cell, *beside]).type == "text"


@pytest.mark.parametrize("cell", ["1e400", "4e512345678", "9" * 310, "9" * 310 + ".5", "9" * 5000])
def test_what_no_double_holds_is_no_number_and_fits_no_type_of_numbers(cell):
    assert read_cell(cell) == read_cell(cell.replace(".", ",")) == (TEXT, ())
    assert not any(fits(cell, type_) for type_ in ("integer", "decimal", "double"))


@settings(max_examples=examples(30), deadline=None)
@given(
    st.from_regex(r"[+-]?[0-9]{1,400}([.,][0-9]{0,400})?([eE][+-]?[0-9]{1,11})?", fullmatch=True)
    | st.from_regex(r"[0-9a-f]{10,14}", fullmatch=True)
    | st.from_regex(r"[1-9]e[0-9]{1,10}", fullmatch=True)
)
def test_every_number_has_a_double_next_to_it(cell):
    kind, values = read_cell(cell)
    if kind in NUMBERS:
        assert abs(float(values[0])) < float("inf")
    else:
        assert values == ()


def test_a_mean_is_rounded_by_the_least_number_that_is_not_taken_for_zero():
    cells = ["0", "123456789e12", "-1e-400"]  # a third of which is in the middle of two doubles
    assert_as_plain_python_has_it(profiled(cells), cells)


def test_the_least_value_is_in_the_first_step_though_it_is_taken_for_zero():
    cells = ["1e-400", "0." + "0" * 400 + "1"]
    found = profiled(cells)
    assert found.histogram == (1, *[0] * 18, 1)
    assert_as_plain_python_has_it(found, cells)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.sampled_from(LIKE_NUMBERS), min_size=1, max_size=12))
def test_columns_of_such_cells_are_as_plain_python_has_them(cells):
    cells = [cell for cell in cells if len(cell) <= 1000] or ["1"]
    assert_as_plain_python_has_it(profiled(cells), cells)


@settings(max_examples=examples(10), deadline=None)
@given(
    st.lists(st.sampled_from(LIKE_NUMBERS), min_size=5, max_size=30),
    st.sampled_from([1, 5, 10_000]),
    st.integers(1, 4),
)
def test_columns_of_such_cells_in_long_files_too(cells, values, times):
    cells = ([cell for cell in cells if len(cell) <= 1000] or ["1"]) * times
    with small_batches(values):
        found = profiled(cells)
    assert_as_plain_python_has_it(found, cells)


def test_of_two_kinds_the_greatest_is_told_with_all_its_digits():
    low, high = "1." + "1" * 36 + "e-1", "0." + "1" * 36 + "2"
    assert (profiled([low, high]).max, profiled([high, low]).max) == (high, high)


@pytest.mark.parametrize("digits", [400, 4300, 4301, 60_000])
@pytest.mark.parametrize(
    "form", ['{"a": %s}', "[[1, %s]]", '[{"a": -%s}]', '{"a": %s.5}', '{"a": 1e%s}']
)
def test_json_with_a_number_of_many_digits_is_json(form, digits):
    with pytest.raises(UnreadableCsv, match="JSON"):
        read((form % ("9" * digits)).encode())


def test_cells_of_json_with_numbers_of_many_digits_are_text():
    found = read(b'id;value\n1;{"a": %b}\n2;[%b]\n' % (b"9" * 5000, b"8" * 400))
    assert [column.type for column in found.columns] == ["integer", "text"]


PRIVATE_USE = "".join(
    map(chr, [*range(0xE000, 0xF900), *range(0xF0000, 0xFFFFE), *range(0x100000, 0x10FFFE)])
)


def test_all_private_use_characters_beside_a_nul_are_read():
    found = read(f"id,name\n1,\0\n2,{PRIVATE_USE}\n3,c\n".encode())
    assert (found.row_count, found.columns[1].max_length) == (3, len(PRIVATE_USE))


def test_every_character_there_is_can_stand_beside_a_nul_and_a_long_delimiter():
    every = "".join(map(chr, [*range(0x30, 0xD800), *range(0xE000, 0x110000)]))
    every = every.replace("|", "")
    assert list(read_rows(f"a||\0\n{every}||b\n", "||", '"', None)) == [["a", "\0"], [every, "b"]]
    assert list(read_rows(f"a,\0\n{every}\n", None, '"', None)) == [["a,\0"], [every]]


rare = st.lists(
    st.sampled_from(
        ["a", "1", "\ue000", "\U000f0000", "\U0010fffd", "\0", "||", ",", ";", '"', "\n"]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=examples(30), deadline=None)
@given(rare, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_rare_characters_and_nuls_anywhere_raise_nothing(text, encoding):
    try:
        read(text.encode(encoding))
    except UnreadableCsv:
        return


def test_a_mean_of_the_largest_numbers_is_a_number():
    largest = ["1.7976931348623157e308"] * 3
    found = profiled(largest)
    assert found.mean == float(Fraction(largest[0]))
    assert found.quartiles == (float(largest[0]),) * 3


def test_one_long_text_among_the_first_of_many_is_profiled_with_them():
    rows = (f"{i},words number {i} {'long ' * 600 * (i == 10)}" for i in range(80_000))
    found = read(("id,comment\n" + "\n".join(rows)).encode())
    assert found.columns[1].max_length == 3016
