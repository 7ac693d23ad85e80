"""Where the records of a file and its lines differ is told as the csv module has it."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.profile import stream as profile_stream
from chalicelib.csv_reader.profile.line_facts import LineFacts


def facts(content: bytes) -> LineFacts:
    return read_csv_metadata(io.BytesIO(content), profile=True).lines


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", LineFacts(0, 0, 0, 0, 0, 0, None, 0, 0, 0)),
        (b"id,name\n1,Ada\n2,Grace\n", LineFacts(1, 1, 0, 0, 0, 0, None, 3, 0, 0)),
        (b"id,name\r\n1,Ada\r\n2,Grace", LineFacts(1, 1, 0, 0, 0, 0, None, 0, 2, 0)),
        (
            b"\n\nSales\n\nid,name\n\n1,Ada\n\n2,Grace\n\n",
            LineFacts(5, 5, 3, 0, 0, 0, None, 10, 0, 0),
        ),
        (b'id,"the\nname"\n1,Ada\n2,Grace\n', LineFacts(1, 2, 0, 2, 0, 0, None, 4, 0, 0)),
        (b'id,name\n1,Ada\n2,"a\nb"\n3,"\r\n\n"\n', LineFacts(1, 1, 0, 4, 0, 3, 2, 6, 1, 0)),
        (b'id,name\n1,"say ""hi"""\n2,x\n', LineFacts(1, 1, 0, 6, 0, 0, None, 3, 0, 0)),
        (b'id,name\n1,5" pipe\n2,x\n', LineFacts(1, 1, 0, 1, 1, 0, None, 3, 0, 0)),
        (b'id,name\n1,"y"z\n2,x\n', LineFacts(1, 1, 0, 2, 1, 0, None, 3, 0, 0)),
        (b'id,name\n1,5"\n2,6"\n', LineFacts(1, 1, 0, 2, 1, 0, None, 3, 0, 0)),
    ],
)
def test_lines_are_told_apart_from_records(content, expected):
    assert facts(content) == expected


def test_no_facts_are_given_of_a_file_that_was_not_seen_whole():
    content = io.BytesIO(b"id\n" + b"1\n" * 1_000_000)
    asked = iter([False, True])
    read = read_csv_metadata(content, profile=True, time_is_short=lambda: next(asked, True))
    assert 0 < read.profiled_rows < read.row_count
    assert read.lines is None


@given(
    st.lists(st.sampled_from(["a,b\n", "\n", "\r\n", '"x\ny",z\n', '"p""q",r\r\n', "1,\n"])),
    st.integers(1, 40),
)
def test_they_are_the_same_however_the_file_is_cut_into_batches(lines, batch_bytes):
    text = "id,name\n1,2\n" + "".join(lines)
    whole = profile_stream._BATCH_BYTES
    try:
        profile_stream._BATCH_BYTES = batch_bytes
        read = read_csv_metadata(io.BytesIO(text.encode()), profile=True)
    finally:
        profile_stream._BATCH_BYTES = whole
    assume(not read.repeated_headers and not read.footer_rows)
    reader = csv.reader(io.StringIO(text, newline=""))
    seen = [(record, reader.line_num) for record in reader]
    places = [place for place, (record, _) in enumerate(seen, 1) if record]
    above = places[read.preamble_rows + read.header_rows - 1]
    rows = [record for record, _ in seen[above:]]
    assert read.lines == LineFacts(
        records_above=above,
        lines_above=seen[above - 1][1],
        blank=rows.count([]),
        quotes=text.count('"'),
        stray_quotes=0,
        quoted_newlines=reader.line_num - seen[above - 1][1] - len(rows),
        first_quoted_newline=next(
            (n for n, row in enumerate(filter(None, rows), 1) if "\n" in "".join(row)), None
        ),
        lf=text.count("\n") - text.count("\r\n"),
        crlf=text.count("\r\n"),
        cr=0,
    )
