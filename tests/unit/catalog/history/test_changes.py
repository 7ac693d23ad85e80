"""Each kind of change has the two verdicts that those who read by name and by position get."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.history.changes import (
    CHANGES_AT_MOST,
    NAME_AT_MOST,
    Schema,
    change_between,
    schema_id_of,
)


def schema(*names, **known):
    count = known.pop("column_count", len(names))
    has_header = known.pop("has_header", True)
    return Schema(schema_id_of(has_header, names, count), has_header, names, count, **known)


def numbered(count):
    return schema(*(f"column_{n}" for n in range(1, count + 1)), has_header=False)


ABC = schema("a", "b", "c", types=("integer", "date", "text"), delimiter=",", encoding="utf-8")


def typed(*types):
    return replace(ABC, types=types)


CHANGES = [
    ("added at the end", ABC, schema("a", "b", "c", "d"), "ok", "ok"),
    ("added before others", ABC, schema("a", "x", "b", "c"), "ok", "silent"),
    ("added at the front", ABC, schema("x", "a", "b", "c"), "ok", "silent"),
    ("removed at the end", ABC, schema("a", "b"), "breaks", "breaks"),
    ("removed before others", ABC, schema("a", "c"), "breaks", "silent"),
    ("renamed in place", ABC, schema("a", "x", "c"), "breaks", "ok"),
    ("renamed at the end", ABC, schema("a", "b", "x"), "breaks", "ok"),
    ("reordered", ABC, schema("a", "c", "b"), "ok", "silent"),
    ("type widened", ABC, typed("decimal", "date", "text"), "breaks", "breaks"),
    ("a time of day with the date", ABC, typed("integer", "timestamp", "text"), "breaks", "breaks"),
    ("another type", ABC, typed("boolean", "date", "text"), "breaks", "breaks"),
    ("type narrowed", ABC, typed("integer", "date", "uuid"), "ok", "ok"),
    ("case of a name", ABC, schema("a", "B", "c"), "breaks", "ok"),
    ("spaces of a name", schema("a", "b b"), schema("a", " bb"), "breaks", "ok"),
    ("delimiter", ABC, replace(ABC, delimiter=";"), "breaks", "breaks"),
    (
        "quote",
        replace(ABC, quote_character='"'),
        replace(ABC, quote_character="'"),
        "breaks",
        "breaks",
    ),
    ("no quote", replace(ABC, quote_character='"'), ABC, "breaks", "breaks"),
    ("escape", ABC, replace(ABC, escape_character="\\"), "breaks", "breaks"),
    ("encoding", ABC, replace(ABC, encoding="cp1252"), "breaks", "breaks"),
    ("compression", ABC, replace(ABC, compression="gzip"), "breaks", "breaks"),
    (
        "preamble",
        replace(ABC, preamble_rows=0),
        replace(ABC, preamble_rows=2),
        "breaks",
        "breaks",
    ),
    ("header rows", replace(ABC, header_rows=1), replace(ABC, header_rows=2), "breaks", "breaks"),
    ("header lost", ABC, numbered(3), "breaks", "silent"),
    ("header gained", numbered(3), ABC, "breaks", "silent"),
    ("names now repeated", schema("a", "b"), schema("a", "b", "a"), "breaks", "ok"),
    ("two columns at once in place", ABC, schema("a", "x", "y"), "breaks", "silent"),
    ("all columns of another file", ABC, schema("x", "y", "z"), "breaks", "silent"),
    ("one more without a header", numbered(3), numbered(4), "ok", "ok"),
    ("one fewer without a header", numbered(3), numbered(2), "breaks", "breaks"),
    ("nothing left", ABC, numbered(0), "breaks", "breaks"),
    ("added at the end, and reordered", ABC, schema("b", "a", "c", "d"), "ok", "silent"),
    ("renamed, and added at the end", ABC, schema("A", "b", "c", "d"), "breaks", "ok"),
]


@pytest.mark.parametrize(
    ("old", "new", "by_name", "by_position"),
    [given for _, *given in CHANGES],
    ids=[what for what, *_ in CHANGES],
)
def test_a_change_has_two_verdicts(old, new, by_name, by_position):
    change = change_between(old, new)
    assert (change.by_name, change.by_position) == (by_name, by_position)


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        (
            schema("id", "name", "amount", "date"),
            schema("id", "name", "total", "date"),
            [{"kind": "renamed", "from": "amount", "to": "total", "position": 3, "guess": True}],
        ),
        (
            ABC,
            schema("a", "B ", "c"),
            [{"kind": "renamed", "from": "b", "to": "B ", "position": 2, "guess": False}],
        ),
        (ABC, schema("a", "x", "b", "c"), [{"kind": "added", "name": "x", "position": 2}]),
        (ABC, schema("a", "c"), [{"kind": "removed", "name": "b", "position_before": 2}]),
        (
            schema("a", "b", "c", "d"),
            schema("d", "b", "c", "a"),
            [
                {"kind": "reordered", "name": "d", "position": 1, "position_before": 4},
                {"kind": "reordered", "name": "a", "position": 4, "position_before": 1},
            ],
        ),
        (
            ABC,
            typed("text", "date", "text"),
            [
                {
                    "kind": "retyped",
                    "name": "a",
                    "position": 1,
                    "from": "integer",
                    "to": "text",
                    "widened": True,
                }
            ],
        ),
        (ABC, numbered(3), [{"kind": "header_lost"}]),
        (numbered(3), ABC, [{"kind": "header_gained"}]),
        (
            schema("a", "b"),
            schema("a", "a", "b"),
            [
                {"kind": "added", "name": "a", "position": 2},
                {"kind": "repeated", "name": "a", "position": 2},
            ],
        ),
        (
            ABC,
            replace(ABC, delimiter="\t", compression="gzip", quote_character="'"),
            [
                {"kind": "delimiter", "from": ",", "to": "\t"},
                {"kind": "quote", "from": None, "to": "'"},
                {"kind": "compression", "from": None, "to": "gzip"},
            ],
        ),
    ],
)
def test_a_change_says_what_changed_and_where(old, new, steps):
    change = change_between(old, new)
    assert list(change.steps) == steps
    assert change.total == len(steps)
    assert not change.partial


def test_a_moved_column_that_is_spelled_otherwise_too_is_told_as_both():
    kinds = [step["kind"] for step in change_between(ABC, schema("C", "a", "b")).steps]
    assert kinds == ["renamed", "reordered"]


def test_an_empty_column_and_one_without_a_profile_have_no_type_and_change_none():
    assert change_between(ABC, typed("empty", "date", "text")) is None
    assert change_between(typed("empty", "date", "text"), ABC) is None
    assert change_between(ABC, typed()) is None


def test_what_is_not_known_of_an_older_file_has_not_changed():
    older = replace(ABC, encoding=None, preamble_rows=None)
    assert change_between(older, replace(ABC, preamble_rows=3)) is None


def test_a_file_of_one_column_has_no_delimiter_that_could_change():
    one = schema("a", delimiter=",")
    assert change_between(one, replace(one, delimiter=";")) is None


def test_names_that_were_cut_make_a_change_partial():
    many = [f"c{n}" for n in range(50)]
    cut = schema(*many, column_count=90)
    assert change_between(cut, cut) is None
    longer = change_between(cut, schema(*many, column_count=91))
    assert longer.partial
    assert [step["kind"] for step in longer.steps] == ["column_count"]
    shifted = change_between(cut, schema("x", *many[:-1], column_count=91))
    assert shifted.partial
    assert list(shifted.steps) == [{"kind": "added", "name": "x", "position": 1}]
    unseen = change_between(cut, replace(cut, schema_id="another"))
    assert (unseen.partial, unseen.total, unseen.by_name) == (True, 0, "ok")


def test_of_very_many_changes_the_first_are_told_and_all_are_judged():
    old = schema(*(f"c{n}" for n in range(500)))
    new = schema(*(f"C{n}" for n in range(499)), "x")
    change = change_between(old, new)
    assert (len(change.steps), change.total) == (CHANGES_AT_MOST, 500)
    assert (change.by_name, change.by_position) == ("breaks", "ok")


def test_a_long_name_is_cut_in_what_is_told():
    [step] = change_between(schema("a"), schema("a", "x" * 9999)).steps
    assert step["name"] == "x" * (NAME_AT_MOST - 1) + "…"


NAMES = st.lists(st.sampled_from(["a", "b", "c", "A", " a", "d", ""]), max_size=7)
TYPES = st.sampled_from(["integer", "decimal", "double", "text", "date", "uuid", "empty"])
SCHEMAS = st.builds(
    lambda names, types, delimiter, header: replace(
        schema(*names) if header and names else numbered(len(names)),
        types=tuple(types[: len(names)]),
        delimiter=delimiter,
    ),
    NAMES,
    st.lists(TYPES, min_size=7, max_size=7),
    st.sampled_from([None, ",", ";"]),
    st.booleans(),
)


def kinds(change):
    return sorted(step["kind"] for step in change.steps) if change else []


@given(SCHEMAS)
def test_nothing_changes_between_a_schema_and_itself(one):
    assert change_between(one, one) is None


@given(SCHEMAS, SCHEMAS)
def test_another_order_or_other_names_are_always_a_change(old, new):
    changed = (old.has_header, old.names) != (new.has_header, new.names)
    assert (change_between(old, new) is not None) or not changed
    assert (old.schema_id != new.schema_id) == changed


OPPOSITE = {
    "added": "removed",
    "removed": "added",
    "header_lost": "header_gained",
    "header_gained": "header_lost",
}


@given(SCHEMAS, SCHEMAS)
def test_the_way_back_undoes_each_step(old, new):
    there, back = (
        [kind for kind in kinds(change) if kind != "repeated"]
        for change in (change_between(old, new), change_between(new, old))
    )
    assert sorted(OPPOSITE.get(kind, kind) for kind in there) == back


@given(SCHEMAS, SCHEMAS)
def test_added_less_removed_is_what_there_are_more(old, new):
    told = kinds(change_between(old, new))
    assert told.count("added") - told.count("removed") == new.column_count - old.column_count
    assert "column_count" not in told


@given(SCHEMAS, SCHEMAS)
def test_by_position_is_silent_if_a_column_kept_its_name_and_lost_its_place(old, new):
    if not (old.has_header and new.has_header):
        return
    unique = {name for name in old.names if old.names.count(name) == new.names.count(name) == 1}
    if any(old.names.index(name) != new.names.index(name) for name in unique):
        assert change_between(old, new).by_position == "silent"


@given(SCHEMAS, SCHEMAS)
def test_by_name_is_ok_only_if_every_name_is_still_there(old, new):
    change = change_between(old, new)
    if old.has_header and new.has_header and change and change.by_name == "ok":
        assert set(old.names) <= set(new.names)


@given(SCHEMAS, SCHEMAS)
def test_a_change_is_json(old, new):
    if change := change_between(old, new):
        assert json.loads(json.dumps(change.as_dict()))["changes_total"] == change.total


def test_the_id_of_a_schema_is_of_its_names_their_order_and_the_header():
    ids = {
        schema_id_of(True, ("a", "b"), 2),
        schema_id_of(True, ("b", "a"), 2),
        schema_id_of(False, ("a", "b"), 2),
        schema_id_of(True, ("a,b",), 1),
        schema_id_of(True, ("a", "b"), 3),
    }
    assert len(ids) == 5
    assert schema_id_of(True, ("a", "b"), 2) in ids
