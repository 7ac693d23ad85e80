"""What is in a CSV file, read once, as a stream. Pure: no AWS, no clock, no environment.

`read.py` takes the steps in this order:

    read_ahead              the stream, while what came before is looked at
    decompress              gzip, where it is gzip
    refuse_other_formats    a workbook, a picture, a web page named .csv
    detect_encoding         of the first 64 KiB, and from their text
    detect_dialect            detect_layout: the delimiter and the quote character
                              detect_header: where the table begins, and whether it has a header
    recode                  the whole file as UTF-8, with delimiters of one byte
    name_columns            the header, found by find_record, joined by header_rows
    count_records           the rows

and with a profile, for the rows as they are counted:

    profile_stream          as far as time and memory go, in record_batches of whole records
    profile_columns           column_tally: the values of each column; ragged_rows
                              after the first megabyte: plain_records, written for a duckdb_batch,
                              which is asked column_queries
                              cell_types: what a cell is; column_evidence: what they all were
    describe_column         judge_column: the type; distinct_sketch, quantile_sketch: the figures

`split_rows` and `cell_kinds` are what the detecting steps look through: records and their cells.
"""

from chalicelib.csv_reader.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.detect_encoding import UnreadableCsv
from chalicelib.csv_reader.read import READER_VERSION, CsvMetadata, read_csv_metadata

__all__ = [
    "READER_VERSION",
    "ColumnProfile",
    "CsvMetadata",
    "RaggedRows",
    "UnreadableCsv",
    "read_csv_metadata",
]
