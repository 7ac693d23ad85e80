import json
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.columns import without_contents
from chalicelib.catalog.record import FileRecord, InvalidMessage
from tests.examples.records import RECORD, a_profile

MESSAGE_LIMIT = 262_144
ITEM_LIMIT = 400_000


def test_a_message_carries_the_record_whole():
    assert FileRecord.from_json(RECORD.to_json()) == RECORD


def test_a_message_carries_what_a_contract_has_agreed():
    agreed = {"every": 86_400, "by": [0, 30_600], "team": [{"name": "Ada"}], "tags": ["x"]}
    record = replace(RECORD, agreed=agreed)
    assert FileRecord.from_json(record.to_json()) == record


def test_a_thousand_columns_with_long_texts_fit_and_keep_their_figures():
    noise = random.Random(1)  # noqa: S311
    long = tuple(
        a_profile(f"column {n}", min=noise.randbytes(400).hex(), mean=n / 7) for n in range(1_000)
    )
    fitted = replace(RECORD, columns=long).fitted()
    assert len(fitted.to_json()) <= MESSAGE_LIMIT
    assert [c["mean"] for c in fitted.columns] == [c["mean"] for c in long]
    assert fitted.columns[7]["min"] == long[7]["min"][:199] + "…"
    assert fitted.warnings[-1] == "texts of cells in the profile are cut to 200 characters"


def test_histograms_and_frequent_values_go_before_all_texts_and_columns_do():
    noise = random.Random(1)  # noqa: S311
    many = tuple(
        a_profile(
            f"column {n}",
            min=noise.randbytes(9).hex(),
            histogram=[noise.randrange(10**9) for _ in range(20)],
            top_values=[[noise.randbytes(30).hex(), 1] for _ in range(10)],
        )
        for n in range(1_000)
    )
    fitted = replace(RECORD, columns=many).fitted()
    assert len(fitted.to_json()) <= MESSAGE_LIMIT
    assert len(fitted.columns) == 1_000
    assert fitted.columns[7] | {"histogram": [], "top_values": []} == fitted.columns[7]
    assert fitted.columns[7]["min"] == many[7]["min"]
    assert fitted.warnings[-1] == (
        "the profile has neither histograms nor the most frequent values, which would be too long,"
        " and texts of cells are cut to 60 characters"
    )


def test_columns_whose_figures_do_not_fit_either_are_left_out_from_the_end():
    noise = random.Random(1)  # noqa: S311
    odd = tuple(
        a_profile(noise.randbytes(200).hex(), notes=[noise.randbytes(200).hex()])
        for _ in range(1_000)
    )
    fitted = replace(RECORD, columns=odd).fitted()
    kept = len(fitted.columns)
    assert 0 < kept < 1_000
    assert len(fitted.to_json()) <= MESSAGE_LIMIT
    assert fitted.warnings[-1] == f"only the first {kept:,} of 1,000 columns have a profile"


def test_without_contents_nothing_that_stands_in_a_cell_is_left():
    column = a_profile("pay", almost={"type": "integer", "count": 1, "row": 3, "text": "n/a"})
    bare = without_contents(column)
    assert not {"1.5", "12.5", "n/a", 7.0, 4.25}.intersection(flat(bare))
    assert (bare["null_count"], bare["almost"]["row"]) == (1, 3)


def flat(value):
    """All texts and numbers in a JSON value."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in flat(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in flat(part)]
    return [value]


def test_a_message_has_every_field_by_its_own_name():
    assert list(json.loads(RECORD.to_json())) == [field.name for field in fields(FileRecord)]


def test_unknown_fields_of_a_message_are_left_out_so_that_old_code_reads_new_messages():
    message = json.loads(RECORD.to_json()) | {"column_types": ["int", "str"]}
    assert FileRecord.from_json(json.dumps(message)) == RECORD


def test_fields_that_a_message_lacks_are_empty_so_that_new_code_reads_old_messages():
    message = json.loads(RECORD.to_json())
    del message["warnings"], message["compression"]
    assert FileRecord.from_json(json.dumps(message)) == replace(RECORD, warnings=())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"filename": None}, "filename is a NoneType"),
        ({"filename": 7}, "filename is a int"),
        ({"row_count": "3"}, "row_count is a str"),
        ({"row_count": 3.0}, "row_count is a float"),
        ({"row_count": True}, "row_count is a bool"),
        ({"column_names": "id"}, "column_names is a str"),
        ({"column_names": ["id", 1]}, "column_names is a tuple"),
        ({"status": "lost"}, "status is 'lost'"),
        ({"columns": "AAAA"}, "not packed columns"),
        ({"columns": "é"}, "ASCII"),
        ({"columns": {"id": 1}}, "columns are a dict"),
        ({"columns": [{"name": "id"}]}, "not an object with a name and a type"),
        ({"columns": [{"name": "id", "type": "number", "max": float("nan")}]}, "not finite"),
        ({"ragged_rows": [1]}, "ragged_rows is a list"),
        ({"lines": [1]}, "lines is a list"),
    ],
)
def test_a_field_of_a_wrong_kind_is_refused_by_its_name(change, reason):
    message = json.loads(RECORD.to_json()) | change
    with pytest.raises(InvalidMessage, match=reason):
        FileRecord.from_json(json.dumps(message))


def test_a_message_without_a_filename_is_refused_by_that_name():
    message = json.loads(RECORD.to_json())
    del message["filename"]
    with pytest.raises(InvalidMessage, match="filename"):
        FileRecord.from_json(json.dumps(message))


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "7", "{}"])
def test_what_is_no_record_is_refused(body):
    with pytest.raises(InvalidMessage):
        FileRecord.from_json(body)


def test_a_record_that_fits_stays_as_it_is():
    assert RECORD.fitted() == RECORD


def test_a_file_with_50_000_long_names_keeps_its_count_and_the_names_that_fit():
    names = tuple(f"measurement number {n} of the pressure sensor" for n in range(50_000))
    fitted = replace(RECORD, column_names=names, column_count=50_000).fitted()
    kept = len(fitted.column_names)
    assert fitted.column_names == names[:kept]
    assert fitted.column_count == 50_000
    assert fitted.warnings == (
        f"only the first {kept:,} of 50,000 column names are kept",
        "duplicate column name: id",
    )


@given(
    name=st.text(min_size=1, max_size=40),
    count=st.integers(0, 60_000),
    warning=st.text(max_size=2_000),
)
def test_a_fitted_record_fits_into_a_message_and_an_item(name, count, warning):
    record = replace(
        RECORD,
        column_names=(name,) * count,
        column_count=count,
        warnings=(warning,) * 100,
        error="e" * 5_000,
    ).fitted()
    body = record.to_json()
    assert len(body.encode()) <= MESSAGE_LIMIT
    item_bytes = sum(len(text.encode("utf-8", "surrogatepass")) + 3 for text in record.column_names)
    assert item_bytes + 40_000 <= ITEM_LIMIT


@pytest.mark.parametrize(
    ("type_name", "kinds", "mark", "order"),
    [
        ("decimal", ["integer", "comma"], ",", None),
        ("double", ["exponent"], ".", None),
        ("date", ["either /", "day first /"], None, "day first"),
        ("timestamp", ["year first - timed"], None, "year first"),
        ("decimal", [], None, None),
        ("text", ["comma", "day first /"], None, None),
    ],
)
def test_a_profile_of_an_older_reader_has_the_facts_that_its_kinds_prove(
    type_name, kinds, mark, order
):
    old = a_profile("c", type=type_name, kinds=[{"kind": kind} for kind in kinds])
    old = {name: old[name] for name in old if name not in ("decimal_mark", "date_order")}
    [column] = FileRecord.from_dict(RECORD.as_dict() | {"columns": [old]}).columns
    assert (column["decimal_mark"], column["date_order"]) == (mark, order)
