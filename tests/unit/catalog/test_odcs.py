"""An ODCS contract is read within bounds, and judged by what the profile knows."""

import json
from dataclasses import replace

import pytest
import yaml
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.history.declared import declared_rhythm
from chalicelib.catalog.items import from_item, to_item
from chalicelib.catalog.odcs import ODCS_BYTES, judge_odcs, read_odcs
from chalicelib.catalog.record import FileRecord, InvalidMessage
from tests.examples import examples
from tests.examples.records import FILE, record_of

CSV = b"id,email,unit\n1,a@x.org,kg\n2,,kg\n3,b@x.org,lb\n4,b@x.org,stone\n"
RECORD = record_of(CSV)


def contract(columns=(), quality=(), **more):
    table = {"name": "sales", "properties": list(columns), "quality": list(quality)}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "schema": [table]}
    return yaml.safe_dump(head | more).encode()


def violations(*arguments, record=RECORD, **more):
    return judge_odcs(contract(*arguments, **more), record, "sales")[0]


def not_judged(*arguments, record=RECORD, **more):
    return judge_odcs(contract(*arguments, **more), record, "sales")[1]


def agreed(*levels, **more):
    return judge_odcs(contract(slaProperties=list(levels), **more), RECORD, "sales")[2]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ({"name": "id", "logicalType": "integer"}, []),
        ({"name": "identity", "physicalName": "id", "logicalType": "integer"}, []),
        ({"name": "unit", "logicalType": "integer"}, ["column 'unit' is of type text"]),
        ({"name": "total"}, ["column 'total' is missing"]),
        ({"name": "email", "required": True}, ["column 'email' is required"]),
        ({"name": "unit", "unique": True}, ["column 'unit' is to be unique"]),
        ({"name": "email", "primaryKey": True}, ["column 'email' is re", "column 'email' is to"]),
        ({"name": "id", "logicalTypeOptions": {"maximum": 3}}, ["column 'id' has a value beyond"]),
    ],
)
def test_columns_are_judged_as_those_of_a_table_schema(column, says):
    found = violations([column])
    assert len(found) == len(says)
    assert all(sentence.startswith(start) for sentence, start in zip(found, says, strict=True))


def test_columns_that_the_contract_does_not_have_are_no_violation():
    assert violations([{"name": "unit"}]) == []


@pytest.mark.parametrize(
    ("column", "rule", "says"),
    [
        (None, {"metric": "rowCount", "mustBe": 4}, None),
        (None, {"metric": "rowCount", "mustBeBetween": [1, 4]}, None),
        (
            None,
            {"metric": "rowCount", "mustBeGreaterThan": 4},
            "rowCount is 4, and must be greater than 4",
        ),
        (
            None,
            {"type": "library", "metric": "rowCount", "mustBeBetween": [100, 120]},
            "rowCount is 4, and must be between 100 and 120",
        ),
        (None, {"rule": "rowCount", "mustNotBeBetween": [5, 6]}, None),
        ("id", {"metric": "nullValues", "mustBe": 0}, None),
        (
            "email",
            {"metric": "nullValues", "mustBe": 0},
            "nullValues of column 'email' is 1, and must be 0",
        ),
        (
            "email",
            {"metric": "nullValues", "mustBeLessThan": 25, "unit": "percent"},
            "nullValues of column 'email' is 25 %, and must be less than 25 %",
        ),
        ("email", {"metric": "nullValues", "mustBeLessOrEqualTo": 25, "unit": "percent"}, None),
        ("email", {"metric": "duplicateValues", "mustBe": 1}, None),
        (
            "email",
            {"metric": "duplicateValues", "mustBeLessThan": 1},
            "duplicateValues of column 'email' is 1, and must be less than 1",
        ),
        (
            "unit",
            {
                "metric": "invalidValues",
                "mustBe": 0,
                "arguments": {"validValues": ["kg", "lb"]},
            },
            "invalidValues of column 'unit' is 1, and must be 0",
        ),
        (
            "unit",
            {
                "metric": "missingValues",
                "mustBeLessThan": 1,
                "arguments": {"missingValues": [None, "", "stone"]},
            },
            "missingValues of column 'unit' is 1, and must be less than 1",
        ),
        (
            None,
            {
                "metric": "duplicateValues",
                "mustBe": 0,
                "arguments": {"properties": ["unit"]},
            },
            "duplicateValues is 1, and must be 0",
        ),
    ],
)
def test_a_rule_is_judged_by_the_figures_of_the_profile(column, rule, says):
    columns = [{"name": column, "quality": [rule]}] if column else [{"name": "id"}]
    quality = [] if column else [rule]
    found = violations(columns, quality)
    assert found == ([says] if says else [])
    assert not_judged(columns, quality) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "text", "description": "verified"},
        {"type": "sql", "query": "SELECT 1", "mustBe": 1},
        {"type": "custom", "engine": "soda", "implementation": "x"},
        {"metric": "nullValues"},
        {"metric": "nullValues", "mustBe": "none"},
        {"metric": "unheardOf", "mustBe": 0},
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "(a+)+$"}},
        {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": ["stone"]}},
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["id", "unit"]}},
    ],
)
def test_what_the_profile_cannot_tell_is_named_and_is_no_violation(rule):
    where = ([], [rule]) if "properties" in rule.get("arguments", {}) else ([], [])
    columns = [] if where[1] else [{"name": "unit", "quality": [rule]}]
    found, unknown, _ = judge_odcs(contract(columns, where[1]), RECORD, "sales")
    assert found == []
    assert len(unknown) == 1
    assert "in the contract cannot be judged: it " in unknown[0]


def test_a_column_whose_rows_are_not_all_known_is_not_judged_by_counts():
    partial = replace(RECORD, profiled_rows=2)
    rule = {"metric": "nullValues", "mustBe": 0}
    columns = [{"name": "email", "quality": [rule]}]
    assert violations(columns, record=partial) == []
    assert any("the first 2" in one for one in not_judged(columns, record=partial))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([("frequency", 1, "d")], {"every": 86_400}),
        ([("frequency", "daily", None)], {"every": 86_400}),
        ([("fy", 2, "hours")], {"every": 7_200}),
        ([("frequency", 1, "d"), ("latency", 2, "h")], {"every": 86_400, "grace": 7_200}),
        ([("latency", 4, "d")], {"every": 4 * 86_400, "grace": 900}),
        ([("timeOfAvailability", "09:00-08:00", None)], {"by": [61_200]}),
        ([("timeOfAvailability", "10:00", None)], {"by": [36_000]}),
        ([("timeOfAvailability", "06:20Z", None)], {"by": [22_800]}),
        ([("retention", 3, "y")], None),
    ],
)
def test_service_levels_say_when_a_delivery_is_due(levels, expected):
    found = agreed(
        *(
            {"property": name, "value": value} | ({"unit": unit} if unit else {})
            for name, value, unit in levels
        )
    )
    assert found == expected
    assert (declared_rhythm(found) is None) == (expected is None)


def test_a_time_without_quotes_is_a_time_and_no_number():
    text = (
        b"apiVersion: v3.1.0\nkind: DataContract\nslaProperties:\n"
        b"  - {property: timeOfAvailability, value: 10:30}\n"
    )
    assert judge_odcs(text, RECORD, "")[2] == {"by": [37_800]}


def test_a_service_level_that_is_not_understood_is_named():
    levels = [{"property": "frequency", "value": "now and then"}]
    assert not_judged(slaProperties=levels) == [
        "frequency 'now and then' in the contract is not understood"
    ]


def test_what_people_want_to_know_is_kept_and_bounded():
    found = agreed(
        description={"purpose": "Sales.", "limitations": "No returns." + "x" * 10_000},
        team={"name": "Shop", "members": [{"username": f"u{n}", "role": "r"} for n in range(99)]},
        support=[{"channel": "#help", "url": "https://x.org"}],
        tags=["daily", {"not": "a text"}],
    )
    assert found["description"].startswith("Sales. No returns.")
    assert found["team"][:2] == [{"name": "Shop"}, {"username": "u0", "role": "r"}]
    assert found["support"] == [{"channel": "#help", "url": "https://x.org"}]
    assert found["tags"] == ["daily"]
    assert len(json.dumps(found)) < 8_000


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "it is not an object"),
        (b"[1, 2]", "it is not an object"),
        (b"a: [", "is not YAML"),
        (b"\xff\xfe", "is not YAML"),
        (b"kind: DataContract\napiVersion: v2.2.2\n", "of version 3"),
        (b"kind: Other\napiVersion: v3.1.0\n", "kind is not DataContract"),
        (b"a: &a [*a]\n", "nothing complete is named 'a'"),
        (b"[" * 1_000, "more values, or deeper ones"),
        (b"x" * (ODCS_BYTES + 1), "is larger than"),
        (
            b"a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10))
                       for n in range(1, 9)),
            "more values, or deeper ones",
        ),
        (b"a: !!python/object/apply:os.system ['true']\n", "is not YAML"),
    ],
)  # fmt: skip
def test_what_is_no_contract_or_too_much_of_one_is_refused_by_name(body, says):
    [found], _, _ = judge_odcs(body, RECORD, "sales")
    assert says in found


@settings(max_examples=examples(50), deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "properties", "quality", "metric", "mustBe", "mustBeBetween", "arguments",
                 "validValues", "missingValues", "logicalType", "logicalTypeOptions", "minimum",
                 "physicalName", "property", "value", "unit", "team", "members", "tags", "enum"]
            ),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_is_in_a_contract_is_judged_or_named(value):
    for where in ("schema", "slaProperties", "team", "support", "tags", "description"):
        body = {"apiVersion": "v3.1.0", "kind": "DataContract", where: value}
        if where == "schema":
            properties = [{"name": "id", "logicalTypeOptions": value, "quality": value}, value]
            body["schema"] = [value, {"name": "sales", "properties": properties, "quality": value}]
        judge_odcs(yaml.safe_dump(body).encode(), FILE, "sales")


def test_the_object_of_the_dataset_is_the_one_of_its_name():
    body = contract([{"name": "id"}])
    other = {"name": "other", "properties": [{"name": "x"}]}
    content = yaml.safe_load(body)
    content["schema"].insert(0, other)
    schema = read_odcs(yaml.safe_dump(content).encode(), "sales").table_schema
    assert [field["name"] for field in schema["fields"]] == ["id"]


def test_a_record_keeps_what_is_agreed_through_message_and_table():
    record = replace(
        RECORD,
        agreed=agreed(
            {"property": "frequency", "value": 1, "unit": "d"},
            {"property": "latency", "value": 2, "unit": "h"},
            {"property": "timeOfAvailability", "value": "06:20Z"},
            description={"purpose": "Sales."},
            team=[
                {"username": f"u{n}" * 50, "role": "r" * 500, "name": "é" * 300} for n in range(9)
            ],
            support=[{"channel": "#help", "url": "x" * 500, "description": "d" * 500}] * 20,
            tags=["t" * 500] * 20,
        ),
    )
    assert FileRecord.from_json(record.to_json()).agreed == record.agreed
    item = TypeSerializer().serialize(to_item(record))
    assert from_item(TypeDeserializer().deserialize(item)).agreed == record.agreed


@pytest.mark.parametrize(
    "value",
    [
        {"every": 0},
        {"every": 1.5},
        {"every": "1 d"},
        {"by": 6},
        {"by": [86_400]},
        {"by": [True]},
        {"grace": -1},
        {"tags": [1.5]},
        {"tags": [None]},
        {"team": [[[["deep"]]]]},
        {"description": "x" * 50_000},
    ],
)
def test_a_message_with_what_no_contract_says_is_refused(value):
    message = json.loads(RECORD.to_json()) | {"agreed": value}
    with pytest.raises(InvalidMessage, match="agreed is not what"):
        FileRecord.from_json(json.dumps(message))
