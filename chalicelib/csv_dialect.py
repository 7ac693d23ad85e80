"""How a CSV file is laid out: its delimiter, its quote character, and where its table begins."""

import csv
import io
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class CsvDialect:
    """What it takes to read a CSV file's text as a table."""

    delimiter: str
    quote_character: str
    has_header: bool
    preamble_rows: int


def detect_dialect(text: str, complete: bool) -> CsvDialect:
    """The layout of a file which begins with `text`; any text whatsoever gets an answer."""
    best, best_score, best_rows = ",", 0.0, []
    for delimiter in ",;\t|":
        rows = [row for row in _records(text[:16384], delimiter, '"') if row][:100]
        if not complete and len(rows) > 1:
            rows.pop()
        width, count = max(
            Counter(map(len, rows)).items(),
            key=lambda pair: pair[1] * (pair[0] - 1),
            default=(1, 0),
        )
        score = count / max(len(rows), 1) * (width - 1) / width
        if score > best_score or not best_rows:
            best, best_score, best_rows = delimiter, score, rows
    has_header = bool(best_rows) and not any(
        cell.replace(".", "").strip().isdigit() for cell in best_rows[0]
    )
    return CsvDialect(best, '"', has_header, 0)


def split_record(text: str, dialect: CsvDialect) -> list[str]:
    """The fields of the record that `text` begins with, as they stand there."""
    return next(_records(text, dialect.delimiter, dialect.quote_character), [])


def _records(text: str, delimiter: str, quote_character: str):
    """What the csv module reads in `text`, with what it can't take put behind a stand-in character."""
    stand_in = next(char for char in map(chr, range(0xE000, 0xF8FF)) if char not in text)
    nul = next(char for char in map(chr, range(0xF8FF, 0xE000, -1)) if char not in text)
    one_character = delimiter if len(delimiter) == 1 else stand_in
    lines = io.StringIO(text.replace("\0", nul).replace(delimiter, one_character), newline="")
    rows = csv.reader(
        lines, delimiter=one_character, quotechar=quote_character, skipinitialspace=delimiter == " "
    )
    for row in rows:
        yield [cell.replace(one_character, delimiter).replace(nul, "\0") for cell in row]
