"""The end of the table in a CSV file: totals, notes and counts of rows below it.

Taking a row for a footer is the worse mistake, so a footer has to prove what it is: by standing
behind a blank line and being narrower than every row; by being a word for a total above nothing but
sums, where no row could be one; by words that end reports.
"""

import re
from collections.abc import Sequence

from chalicelib.csv_reader.detect.cell_kinds import BLANK, CODE, DATE, NUMBER, kind_of
from chalicelib.csv_reader.detect.header_rows import is_frame

_VOID = " \t\r\n\0\x1a\u00a0"
_ROWS_COMPARED = 200
_LONGEST_FOOTER = 30  # rows behind one blank line

_TOTAL = re.compile(
    r"""(?:grand\s|sub[-\s]?|overall\s|report\s)?
    (?: totals? | sum | gesamt(?:summe)? | insgesamt | summe | total(?:e|en|es|i|aux)?
      | totaal | suma | razem | ogółem | celkem | spolu | összesen | summa | yhteensä | i\s?alt
      | sammanlagt | toplam | итого | всего | разом | общо | σύνολο | 合計 | 总计 | 總計 | 합계
      | المجموع | סה"כ )
    (?: \s général | \s general | \s generale | \s geral )?
    (?: \s*: )? (?P<sum> \s* [-+$€£¥]? \d [\d.,'\s]* )?""",
    re.VERBOSE | re.IGNORECASE,
)
_ROW_COUNT = re.compile(
    r"""\(? (?P<rows>\d[\d,.]*) \s (?:rows?|records?) (?:\(s\))?
    (?: \s (?: affected | selected | returned | fetched | in\s set | exported ) .{0,30} )?
    \)? \.?""",
    re.VERBOSE | re.IGNORECASE,
)
_NOTE = re.compile(
    r"""(?: [-*=\s]{0,40}
        (?: end\s of \s (?:report|file|data|table|document|list|extract|export) | eof )
        [-*=.\s]{0,40}
      | page \s -?\d+ (?: \s? (?:of|/) \s? \d+ )?
      | (?: total\s)? (?: number\sof\s)? (?: rows? | records? ) (?:\scount)? \s?[:=]\s? \d[\d,.]*
      | (?: sources? | notes? | footnotes? | quelle | hinweis | anmerkung | fuente | nota | notas
          | fonte | bron | źródło | uwaga | zdroj | forrás | källa | kilde | lähde | remarque
          | file\screation\stime
          | (?:file|report|date|data)? \s? (?:created|generated|printed|exported)
            (?:\s(?:on|at|by))?
          | (?:run|report|print|extract|export)\s(?:date|time)
        ) \s?: .*
      | (?: report\s)? (?:generated|created|printed|exported|downloaded) \s (?:on|at|by|from) \s .*
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def find_footer(rows: Sequence[list[str]], delimiter: str, rows_before: int) -> int:
    """Return how many of the last `rows` are below the table; blank lines are rows of no cells.

    `rows` are those that a file ends with, as they are there, less its header; `rows_before` are
    further up, or none if these are all.
    """
    end = len(rows)
    while (shorter := _shorten(rows[:end], delimiter, rows_before)) < end:
        end = shorter
    while end < len(rows) and end and not _is_filled(rows[end - 1]):
        end -= 1
    return sum(1 for row in rows[end:] if row)


def _shorten(rows: Sequence[list[str]], delimiter: str, rows_before: int) -> int:
    """Return how many of the rows are left without the last part that is below the table."""
    end = _end(rows, len(rows))
    if end < 2:
        return len(rows)
    last, above = rows[end - 1], rows[: end - 1]
    body = [row for row in above[-_ROWS_COMPARED:] if _is_filled(row)]
    while body and _is_worded(body[-1], delimiter):
        body.pop()
    if body and (
        is_frame(last)
        or _is_note(last, body, delimiter, rows_before + _count(above))
        or _is_total(last, body, [] if rows_before else above)
    ):
        return end - 1
    least = max(end - _LONGEST_FOOTER, 1)
    start = next((i for i in range(end - 1, least - 1, -1) if not _is_filled(rows[i - 1])), 0)
    table = rows[max(0, start - _ROWS_COMPARED) : _end(rows, start)]
    if table and all(map(_is_filled, table)) and _are_notes(rows[start:end], table):
        return _end(rows, start)
    return len(rows)


def _count(rows: Sequence[list[str]]) -> int:
    """Return how many rows there are, less the dashes that may end them."""
    return sum(map(bool, rows)) - (bool(rows) and is_frame(rows[-1]))


def _end(rows: Sequence[list[str]], end: int) -> int:
    """Return where the first of the rows end, less those that hold nothing."""
    while end and not _is_filled(rows[end - 1]):
        end -= 1
    return end


def _are_notes(block: Sequence[list[str]], body: Sequence[list[str]]) -> bool:
    """Return whether all of the block is narrower than every row, and not a table of its own."""
    widths = {len(row) for row in block}
    is_table = len(block) > 2 and len(widths) == 1 and widths != {1} and _filled(block[0]) > 1
    return not is_table and all(_is_narrower(row, body) for row in block)


def _is_narrower(row: list[str], body: Sequence[list[str]]) -> bool:
    if len(row) < min(map(len, body)):
        return True
    return _extent(row) < min(map(_extent, body)) and _filled(row) < min(map(_filled, body))


def _is_worded(row: list[str], delimiter: str) -> bool:
    """Return whether a row has the words of a footer, be it one or not."""
    text = delimiter.join(row).strip(f"{delimiter} \t")
    return is_frame(row) or any(words.fullmatch(text) for words in (_NOTE, _ROW_COUNT, _TOTAL))


def _is_note(row: list[str], body: Sequence[list[str]], delimiter: str, rows: int) -> bool:
    """Return whether a row is one of the lines that end reports, where no row is as narrow."""
    text = delimiter.join(row).strip(f"{delimiter} \t")
    counted = _ROW_COUNT.fullmatch(text)
    if counted and int(re.sub(r"\D", "", counted["rows"])) == rows:
        return True
    return bool(counted or _NOTE.fullmatch(text)) and _is_narrower(row, body)


def _is_total(row: list[str], body: Sequence[list[str]], table: Sequence[list[str]] | bool) -> bool:
    """Return whether a row is a total of the rows above it, `table` if all of these are known.

    It has a word for that first, and else nothing but numbers. And no row could be such: in the
    word's column are values, in others nothing is left out, or the numbers are the sums.
    """
    cells = [(i, cell.strip(_VOID)) for i, cell in enumerate(row) if cell.strip(_VOID)]
    (place, word), sums = cells[0], cells[1:]
    match = _TOTAL.fullmatch(word)
    if not match or not all(kind_of(cell) == NUMBER for _, cell in sums):
        return False
    if not sums and not match["sum"]:
        return False
    kinds = {kind_of(other[place]) for other in body if place < len(other)} - {BLANK}
    if kinds and kinds <= {NUMBER, DATE, CODE}:
        return True
    always = set.intersection(
        *({i for i, cell in enumerate(other) if cell.strip()} for other in body)
    )
    if len(body) > 1 and always - {i for i, _ in cells} - set(range(place)):
        return True
    if isinstance(table, bool):
        return False
    table = [other for other in table if _is_filled(other)]
    return len(table) > 1 and any(_is_sum(table, i, cell) for i, cell in sums)


def _is_sum(table: Sequence[list[str]], place: int, cell: str) -> bool:
    """Return whether a cell is the sum of all above it, which are plain numbers."""
    try:
        numbers = [float(row[place]) for row in table]
        return abs(sum(numbers) - float(cell)) <= 1e-9 * sum(map(abs, numbers))
    except (ValueError, IndexError):
        return False


def _is_filled(row: list[str]) -> bool:
    return any(cell.strip(_VOID) for cell in row)


def _filled(row: list[str]) -> int:
    return sum(1 for cell in row if cell.strip(_VOID))


def _extent(row: list[str]) -> int:
    """Return how many cells there are up to the last that holds something."""
    return max((i for i, cell in enumerate(row, 1) if cell.strip(_VOID)), default=0)
