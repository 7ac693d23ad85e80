"""A contract is a Table Schema; what of it a file does not keep is told in a sentence each."""

import json
from dataclasses import replace

import pytest

from chalicelib.catalog.contract import CONTRACT_BYTES, bounded, contract_of, judge
from tests.examples.records import CSV, FILE, record_of


def violations(contract, record=FILE):
    return judge(json.dumps(contract).encode(), record)[0]


def not_judged(contract, record=FILE):
    return judge(json.dumps(contract).encode(), record)[1]


def fields(*names, **contract):
    return {"fields": [{"name": name} for name in names], **contract}


ALL = ("id", "amount", "day", "name", "code", "note")


@pytest.mark.parametrize(
    ("names", "match", "says"),
    [
        (ALL, "exact", []),
        (ALL, None, []),
        (ALL, ["exact"], []),
        (("amount", "id", *ALL[2:]), "exact", ["column 1 is 'id'", "column 2 is 'amount'"]),
        (ALL[:5], "exact", ["column 'note' is not in the contract"]),
        ((*ALL, "more"), "exact", ["column 'more' is missing"]),
        (tuple(reversed(ALL)), "equal", []),
        (ALL[:5], "equal", ["column 'note' is not in the contract"]),
        ((*ALL, "more"), "equal", ["column 'more' is missing"]),
        (("day", "id"), "subset", []),
        (("day", "more"), "subset", ["column 'more' is missing"]),
        ((*ALL, "more"), "superset", []),
        (ALL[1:], "superset", ["column 'id' is not in the contract"]),
        (("more", "id"), "partial", []),
        (("more",), "partial", ["none of the contract's columns is there"]),
    ],
)
def test_the_names_are_those_that_were_agreed(names, match, says):
    contract = fields(*names, **({"fieldsMatch": match} if match else {}))
    found = violations(contract)
    assert len(found) == len(says)
    assert all(sentence.startswith(start) for sentence, start in zip(found, says, strict=True))


def one(name, **field):
    return {"fields": [{"name": name, **field}], "fieldsMatch": "subset"}


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("id", "integer", True),
        ("id", "number", True),
        ("id", "string", True),
        ("id", "any", True),
        ("id", "boolean", False),
        ("amount", "number", True),
        ("amount", "integer", False),
        ("day", "date", True),
        ("day", "datetime", False),
        ("name", "string", True),
        ("name", "number", False),
        ("code", "integer", False),
        ("note", "date", True),
    ],
)
def test_a_type_is_the_agreed_one_or_a_case_of_it(name, kind, kept):
    assert (violations(one(name, type=kind)) == []) is kept


def test_a_wrong_type_is_told_with_the_first_row_of_it_where_nearly_all_cells_are_right():
    rows = "".join(f"{number}\n" for number in range(150)) + "see note\n"
    record = record_of(b"amount\n" + rows.encode())
    [sentence] = violations(one("amount", type="number"), record)
    assert "of type text and not number: 1 cell is not, in row 151" in sentence
    assert "see note" not in sentence


@pytest.mark.parametrize(
    ("name", "constraints", "says"),
    [
        ("id", {"required": True}, None),
        ("amount", {"required": True}, "column 'amount' is required, and has 1 empty cell"),
        ("amount", {"required": False}, None),
        ("amount", {"minimum": 7.25}, None),
        ("amount", {"minimum": 8}, "column 'amount' has a value beyond its minimum, 8"),
        ("amount", {"maximum": "9.5"}, None),
        ("amount", {"maximum": 9}, "column 'amount' has a value beyond its maximum, 9"),
        ("amount", {"exclusiveMaximum": 9.5}, "beyond its exclusiveMaximum"),
        ("day", {"minimum": "2026-11-01"}, None),
        ("day", {"minimum": "2026-11-02"}, "column 'day' has a value beyond its minimum"),
        ("day", {"maximum": "2026-10-31"}, "column 'day' has a value beyond its maximum"),
        ("name", {"maxLength": 5}, None),
        ("name", {"maxLength": 4}, "column 'name' has a cell of 5 characters"),
        ("id", {"unique": True}, None),
        ("note", {"minimum": 1}, None),
    ],
)
def test_constraints_are_judged_by_the_profile(name, constraints, says):
    found = violations(one(name, constraints=constraints))
    assert (says in found[0]) if says else found == []
    assert not_judged(one(name, constraints=constraints)) == []


def test_a_day_first_date_is_compared_as_a_date():
    record = record_of(b"day\n31.12.2025\n01.02.2026\n")
    contract = one("day", constraints={"minimum": "2026-01-01"})
    assert len(violations(contract, record)) == 1
    assert violations(one("day", constraints={"maximum": "2026-02-01"}), record) == []


@pytest.mark.parametrize(
    ("contract", "says"),
    [
        (one("name", constraints={"pattern": "[A-Z].*"}), "pattern of column 'name'"),
        (one("name", constraints={"enum": ["Ada"]}), "enum of column 'name'"),
        (one("name", constraints={"minimum": "A"}), "minimum of column 'name'"),
        (one("id", constraints={"minimum": "many"}), "minimum of column 'id'"),
        (one("name", type="geopoint"), "type geopoint of column 'name'"),
        (one("day", type="date", format="%d.%m"), "format of column 'day'"),
        (fields(*ALL, primaryKey=["id"]), "primaryKey"),
    ],
)
def test_what_cannot_be_judged_is_named_as_such_and_is_no_violation(contract, says):
    assert violations(contract) == []
    [sentence] = not_judged(contract)
    assert sentence.startswith(says)
    assert "cannot be judged" in sentence


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a Table Schema"),
        (b"{}", "has no list of fields"),
        (b'{"fields": []}', "has no list of fields"),
        (b'{"fields": ["id"]}', "field 1 is not an object with a name"),
        (b'{"fields": [{"name": 1}]}', "field 1 is not an object with a name"),
        (b'{"fields": [{"name": "id", "type": "int"}]}', "field 1 has an unknown type"),
        (b'{"fields": [{"name": "id", "type": []}]}', "field 1 has an unknown type"),
        (b'{"fields": [{"name": "id", "constraints": 1}]}', "no object of constraints"),
        (b'{"fields": [{"name": "id"}], "fieldsMatch": "loosely"}', "fieldsMatch is one of"),
        (b'{"fields": [{"name": "id"}], "fieldsMatch": []}', "fieldsMatch is one of"),
        (b" " * (CONTRACT_BYTES + 1), "is larger than"),
    ],
    ids=lambda value: str(value[:30]),
)
def test_a_contract_that_is_none_is_a_violation_that_says_so(body, says):
    [sentence], _ = judge(body, FILE)
    assert sentence.startswith("the contract is")
    assert says in sentence


def test_a_file_without_a_header_has_no_names_that_could_be_as_agreed():
    record = replace(FILE, has_header=False)
    assert violations(fields(*ALL), record) == [
        "the file has no header, and the contract names its columns"
    ]


def test_without_profiles_names_are_judged_and_types_are_named_as_not():
    record = replace(FILE, columns=(), profiled_rows=None)
    assert violations(one("id", type="boolean"), record) == []
    assert "without a profile" in not_judged(one("id", type="boolean"), record)[0]


@pytest.mark.parametrize(
    "content", [CSV, b"a\n", b"a,a\n1,2\n", b"d\n31.12.2025\n", b"t\n10:00\n", b"b\ntrue\nfalse\n"]
)
def test_a_file_meets_the_contract_that_is_made_of_it(content):
    record = record_of(content)
    assert violations(contract_of(record), record) == []


def test_very_many_violations_are_bounded():
    told = bounded([f"column {number} is missing" + "x" * 999 for number in range(1000)])
    assert len(told) == 51
    assert told[-1] == "and 950 more"
    assert all(len(sentence) <= 300 for sentence in told)
