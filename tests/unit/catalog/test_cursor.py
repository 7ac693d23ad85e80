"""Cursors: each is good for one query of one catalog, and not a bit of it can be changed."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.cursor import InvalidCursor, seal, unseal
from chalicelib.catalog.file_query import FileQuery

KEY = b"the id of a table"
QUERY = FileQuery(prefix="a/", column=frozenset({"id", "name"}))
POSITIONS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(POSITIONS)
def test_a_cursor_gives_back_the_position_it_was_made_of(position):
    assert unseal(seal(position, QUERY, KEY), QUERY, KEY) == position


@given(POSITIONS, st.data())
def test_a_cursor_with_one_bit_changed_is_refused(position, data):
    cursor = bytearray(seal(position, QUERY, KEY), "ascii")
    bit = data.draw(st.integers(0, 8 * len(cursor) - 1))
    cursor[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidCursor):
        unseal(cursor.decode("latin-1"), QUERY, KEY)


@given(st.text())
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InvalidCursor):
        unseal(text, QUERY, KEY)


CURSOR = seal("2026-11-22T18:00:00.000Z a.csv", QUERY, KEY)


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
        unseal(cursor, QUERY, KEY)


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
        unseal(CURSOR, other, KEY)


def test_a_cursor_of_another_catalog_is_refused():
    with pytest.raises(InvalidCursor):
        unseal(CURSOR, QUERY, b"the id of another table")


def test_the_size_of_the_pages_may_change_from_one_to_the_next():
    query = FileQuery(prefix="a/", column=frozenset({"name", "id"}), limit=3, cursor=CURSOR)
    assert unseal(CURSOR, query, KEY) == "2026-11-22T18:00:00.000Z a.csv"
