"""Tables of what is hard to read are profiled alike by the small path and by the large one."""

import io

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.csv_reader import read_csv_metadata
from tests.examples import examples
from tests.unit.csv_reader.csv_oracle import Pieces
from tests.unit.csv_reader.profile.columns_of_cells import small_batches, written

DIGITS = st.text("0123456789", min_size=1, max_size=40)
LONG_DIGITS = st.builds(lambda digits, times: digits * times, DIGITS, st.integers(1, 120))
SIGNS = st.sampled_from(["", "-", "+"])
NUMBERS = st.builds("{}{}{}".format, SIGNS, LONG_DIGITS, st.sampled_from(["", ".", ".5", ",5"]))
EXPONENTS = st.builds("{}{}{}{}".format, DIGITS, st.sampled_from(["e", "E", ".5e"]), SIGNS, DIGITS)
HEX_IDS = st.text("0123456789abcdef", min_size=12, max_size=12) | st.builds(
    "{}e{}".format, st.integers(0, 9), st.integers(10**9, 10**10 - 1)
)
PRIVATE = st.text("\ue000\uf8ff\U000f0000\U0010fffda", min_size=1, max_size=4)
NULS = st.text("\0a1", min_size=1, max_size=4)
KINDS = [NUMBERS, EXPONENTS, HEX_IDS, PRIVATE, NULS]
ROWS = st.lists(st.sampled_from(KINDS), min_size=3, max_size=5).flatmap(
    lambda kinds: st.lists(
        st.tuples(st.tuples(*kinds), st.sampled_from([1, len(kinds) - 1, len(kinds), 9])),
        min_size=2,
        max_size=12,
    )
)


@settings(max_examples=examples(12), deadline=None)
@given(ROWS, st.integers(1, 3), st.lists(st.integers(20, 400), min_size=1, max_size=3))
def test_hard_cells_and_short_rows_are_profiled_alike_by_both_paths(rows, times, lengths):
    width = len(rows[0][0])
    names = [f"c{number}" for number in range(width)]
    data = written(names, [cells[:kept] for cells, kept in rows] * times)
    whole = read_csv_metadata(io.BytesIO(data), profile=True)
    with small_batches(10_050):
        found = read_csv_metadata(Pieces(data, lengths), profile=True)
    assert whole.profiled_rows == whole.row_count
    assert found.profiled_rows == found.row_count
    dialect = ("delimiter", "quote_character", "encoding", "column_names", "header_rows")
    dialect += ("preamble_rows", "footer_rows")
    assume([getattr(found, name) for name in dialect] == [getattr(whole, name) for name in dialect])
    assert found.ragged_rows == whole.ragged_rows
    for column, expected in zip(found.columns, whole.columns, strict=True):
        assert column == expected
