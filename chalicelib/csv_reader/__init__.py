"""Reads a CSV file once, as a stream. Pure: no AWS, no clock, no environment.

`read.py` takes the steps in this order:

    decompress      gzip, bzip2, xz and Zstandard; and unzip: a zip archive of one file
    read_ahead      do that while earlier chunks are looked at
    detect/         how the file is to be read, from its first 64 KiB: other_formats, encoding,
                    dialect (layout: delimiter and quote; header: where the table begins)
    recode          the whole file as UTF-8, with delimiters of one byte
    column_names    the header, found by record_finder, joined by detect/header_rows
    oddities        what only the rest of the file shows; reading_warnings says it
    records         whole records, counted by count
    table_rows      less the headers that are repeated and the footer (detect/footer)
    profile/        every column, of the rows as they are counted: stream, batches, columns;
                    engine and questions for large files; kinds, evidence, judgement, figures

`rows` and `beginning` split a file's beginning for detection and for the preview.
"""

from chalicelib.csv_reader.detect.encoding import UnreadableCsv
from chalicelib.csv_reader.oddities import OtherRows, Place
from chalicelib.csv_reader.profile.column_profile import ColumnProfile, RaggedRows
from chalicelib.csv_reader.profile.line_facts import LineFacts
from chalicelib.csv_reader.read import READER_VERSION, CsvMetadata, read_csv_metadata

__all__ = [
    "READER_VERSION",
    "ColumnProfile",
    "CsvMetadata",
    "LineFacts",
    "OtherRows",
    "Place",
    "RaggedRows",
    "UnreadableCsv",
    "read_csv_metadata",
]
