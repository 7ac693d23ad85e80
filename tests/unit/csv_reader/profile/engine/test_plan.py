"""Cells without the spaces around them, by SQL."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader.profile.engine.plan import BARE
from tests.examples import examples

CELLS = st.text(" \t!\x01\x1f\u00a0é0,a", min_size=1, max_size=8)


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=40))
def test_a_cell_is_bare_in_sql_as_it_is_in_python(cells):
    rows = duckdb.execute(f"select {BARE} from (select unnest(?::varchar[]) as c)", [cells])
    assert [bare for (bare,) in rows.fetchall()] == [cell.strip(" \t") for cell in cells]
