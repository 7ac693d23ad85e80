"""Records that tests share: one with all that a record can have, and one of a real file."""

import json
from dataclasses import asdict, replace
from io import BytesIO

from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader import read_csv_metadata


def a_profile(name, **more):
    """The profile of a column of three cells, one of them empty."""
    return {
        "name": name,
        "type": "decimal",
        "precision": 3,
        "scale": 1,
        "null_count": 1,
        "null_words": [],
        "distinct_count": 2,
        "distinct_is_exact": True,
        "min": "1.5",
        "max": "12.5",
        "mean": 7.0,
        "quartiles": [4.25, 7.0, 9.75],
        "min_length": 3,
        "max_length": 4,
        "top_values": [["1.5", 1], ["12.5", 1]],
        "top_is_exact": True,
        "histogram": [1, *[0] * 18, 1],
        "histogram_is_exact": True,
        "true_share": None,
        "almost": None,
        "decimal_mark": ".",
        "date_order": None,
        "has_outer_spaces": False,
        "traits": [],
        "notes": [],
        "kinds": [{"kind": "fraction", "count": 2, "row": 1, "text": "1.5"}],
    } | more


NOT_RAGGED = {
    "count": 0,
    "first_long": None,
    "first_long_fields": None,
    "first_short": None,
    "first_short_fields": None,
}


def a_plain_record(filename, **fields):
    """The record of a file in the most usual manner."""
    return FileRecord(
        filename=filename,
        bucket="csv-bucket",
        status="ready",
        delimiter=",",
        quote_character='"',
        encoding="utf-8",
        has_header=True,
        preamble_rows=0,
        header_rows=1,
        **fields,
    )


RECORD = a_plain_record(
    "reports/2026/sales.csv",
    sequencer="0055AED6DCD90281E500000000000000",
    upload_timestamp="2026-11-22T18:00:00.123Z",
    processed_timestamp="2026-11-22T18:00:01.456Z",
    etag="d41d8cd98f00b204e9800998ecf8427e",
    file_size=1024,
    row_count=3,
    column_count=2,
    column_names=("id", "naïve"),
    ragged_rows=NOT_RAGGED | {"count": 1, "first_short": 2, "first_short_fields": 1},
    lines={
        "records_above": 1,
        "lines_above": 1,
        "blank": 0,
        "quotes": 2,
        "stray_quotes": 0,
        "quoted_newlines": 1,
        "first_quoted_newline": 3,
        "lf": 5,
        "crlf": 0,
        "cr": 0,
    },
    columns=tuple(a_profile(name) for name in ("id", "naïve")),
    profiled_rows=3,
    reader_version=2,
    warnings=("duplicate column name: id",),
)


CSV = b"""id,amount,day,name,code,note
1,9.50,2026-11-01,Ada,007,
2,7.25,2026-11-02,Grace,008,
3,,2026-11-03,Mary,009,
"""


def record_of(content=CSV):
    read = asdict(read_csv_metadata(BytesIO(content), profile=True))
    plain = json.loads(json.dumps(read))
    lists = {name: tuple(plain[name]) for name in ("column_names", "columns", "warnings")}
    known = {name: plain[name] for name in plain if name in RECORD.__dataclass_fields__}
    return replace(RECORD, **(known | lists))


FILE = record_of()
