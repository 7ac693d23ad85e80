"""Cursors: each is good for one query, not a bit of it may be changed, and AWS is not asked."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.cursor import InvalidCursor, cursor_at, position_of
from chalicelib.catalog.query import FileQuery

QUERY = FileQuery(prefix="a/", column=frozenset({"id", "name"}))
POSITIONS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=256)


@given(POSITIONS)
def test_a_cursor_gives_back_the_position_it_was_made_of(position):
    assert position_of(cursor_at(position, QUERY), QUERY) == position


@given(POSITIONS, st.data())
def test_a_cursor_with_one_bit_changed_is_refused(position, data):
    cursor = bytearray(cursor_at(position, QUERY), "ascii")
    bit = data.draw(st.integers(0, 8 * len(cursor) - 1))
    cursor[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidCursor):
        position_of(cursor.decode("latin-1"), QUERY)


@given(st.text())
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InvalidCursor):
        position_of(text, QUERY)


CURSOR = cursor_at("2026-11-22T18:00:00.000Z a.csv", QUERY)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        CURSOR + "=",
        CURSOR.rstrip("="),
        CURSOR + CURSOR,
        f" {CURSOR}",
        f"{CURSOR}\n",
        CURSOR[:-4],
        base64.urlsafe_b64encode(b"2026-11-22T18:00:00.000Z a.csv").decode(),
    ],
)
def test_a_cursor_that_was_lengthened_cut_or_made_up_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        position_of(cursor, QUERY)


@pytest.mark.parametrize(
    "other",
    [
        FileQuery(),
        FileQuery(prefix="a/"),
        FileQuery(prefix="a/", column=frozenset({"id", "name"}), order="asc"),
        FileQuery(prefix="a/", column=frozenset({"id", "name"}), sort="filename"),
        FileQuery(prefix="a/", column=frozenset({"id", "name"}), min_rows=0),
    ],
)
def test_a_cursor_of_another_query_is_refused(other):
    with pytest.raises(InvalidCursor):
        position_of(CURSOR, other)


@pytest.mark.parametrize("position", ["", "x" * 1_025, "ü" * 513])
def test_a_position_that_no_file_can_have_is_refused(position):
    """DynamoDB refuses a key that is empty, or longer than 1,024 bytes."""
    with pytest.raises(InvalidCursor):
        position_of(cursor_at(position, QUERY), QUERY)


def test_the_size_of_the_pages_may_change_from_one_to_the_next():
    query = FileQuery(prefix="a/", column=frozenset({"name", "id"}), limit=3, cursor=CURSOR)
    assert position_of(CURSOR, query) == "2026-11-22T18:00:00.000Z a.csv"
