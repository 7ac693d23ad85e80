"""The name of a kind says how its cells are written, and all of that is read back from it."""

import pytest

from chalicelib.csv_reader.kind_names import (
    date_kind,
    date_order,
    number_form,
    number_name,
    patterns_in,
)
from chalicelib.csv_reader.profile.kinds.table import KINDS, read_cell

NUMBERS = ["1 234,5 kr", "-1,234.50", "$1,00,000", "5%", "(7)", "7-", "1.234", "1,234", "−7,50 €"]
NUMBERS += ["1\u202f234", "1'234", "12", "0.5", "0,5"]
DATES = ["31-OCT-2023", "01/02/20", "3 mars 2024 10:15", "Oct 5, 2023"]


@pytest.mark.parametrize("cell", NUMBERS)
def test_the_form_of_a_number_is_read_back_from_the_name_of_its_kind(cell):
    name, _ = read_cell(cell)
    form = KINDS[name].form
    assert (number_form(name), number_name(form)) == (form, name)


@pytest.mark.parametrize("cell", DATES)
def test_the_patterns_of_a_date_are_read_back_from_the_name_of_its_kind(cell):
    name, _ = read_cell(cell)
    meanings = [meaning for reading in KINDS[name].meanings for meaning in reading]
    assert set(patterns_in(name)) == {pattern for pattern, _ in meanings}
    assert meanings


def test_the_order_of_a_date_is_read_back_and_other_names_have_none():
    assert date_order(date_kind("day first", ".", timed=True)) == ("day first", ".", True)
    assert date_order(date_kind("either", "/")) == ("either", "/", False)
    assert date_order("time") is None
    assert patterns_in("text") == []
    assert [number_form(name) for name in ("text", "exponent", "year first -")] == [None] * 3
