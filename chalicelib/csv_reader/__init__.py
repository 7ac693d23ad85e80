"""What is in a CSV file, read once, as a stream. Pure: no AWS, no clock, no environment.

`read.py` takes the steps in this order:

    decompress              gzip, where it is gzip
    refuse_other_formats    a workbook, a picture, a web page named .csv
    detect_encoding         of the first 64 KiB, and from their text
    detect_dialect            detect_layout: the delimiter and the quote character
                              detect_header: where the table begins, and whether it has a header
    recode                  the whole file as UTF-8, with delimiters of one byte
    find_record             the header
    count_records           the rows

`split_rows` and `cell_kinds` are what the detecting steps look through: records and their cells.
"""

from chalicelib.csv_reader.detect_encoding import UnreadableCsv
from chalicelib.csv_reader.read import CsvMetadata, read_csv_metadata

__all__ = ["CsvMetadata", "UnreadableCsv", "read_csv_metadata"]
