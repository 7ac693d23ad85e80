"""A file as a table: where it is, how it is split, and its columns.

Names are as they are in the file where a tool takes them so; where it does not, the rules for all
tools are here: none is blank, none is there twice, and nothing in them ends a line or a quotation.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.tools.dialect import header_rows_of
from chalicelib.tools.load.column import Column, column_of

_OPENED_BY = {"gzip": "gzip", "bz2": "bz2", "xz": "lzma", "zstd": "zstd", "zip": "zipfile"}
_JOINERS = "\u200c\u200d"  # within emoji, and words of Persian, Hindi and others


class NoSchema(Exception):
    """No schema can be given of this file, or not in this format; the message says why."""


@dataclass(frozen=True)
class Table:
    """A file as a table. `records_above` its rows are blank lines, its preamble and its header.

    Of `blank_lines`, `quotes`, `stray_quotes` and `quoted_newlines`, None is not known. `doubt` is
    the reason, where columns are text here whose types are not known. `has_odd_ends` says that
    lines end in more ways than one, or in carriage returns.
    """

    location: str
    file_name: str
    columns: tuple[Column, ...]
    row_count: int
    delimiter: str
    quote: str | None
    escape: str | None
    encoding: str
    compression: str | None
    preamble_rows: int
    header_rows: int
    repeated_headers: int
    footer_rows: int
    records_above: int
    lines_above: int
    blank_lines: int | None
    quoted_newlines: int | None
    quotes: int | None
    stray_quotes: int | None
    is_ragged: bool
    has_odd_ends: bool
    doubt: str | None

    @property
    def header_names_columns(self) -> bool:
        """Return whether the first line is the header, and each label in it can name its column."""
        labels = [column.label for column in self.columns]
        return (
            self.header_rows == self.records_above == self.lines_above == 1
            and unique_names(labels) == labels
        )

    @property
    def rows_left_out(self) -> str | None:
        """Return what there is between the rows and below them that is not a row."""
        repeated = ["its header further down"] if self.repeated_headers else []
        footer = ["a footer"] if self.footer_rows else []
        return " and ".join(repeated + footer) or None

    @property
    def name(self) -> str:
        """A name for the table that every tool takes unquoted, after the file's."""
        suffix = r"(\.(csv|tsv|txt))?(\.(gz|bz2|xz|zst|zip))?$"
        stem = re.sub(suffix, "", self.file_name, count=1, flags=re.IGNORECASE)
        name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:50]
        return name if name and not name[0].isdigit() else f"table_{name}".rstrip("_")

    def plain(self) -> "Table":
        """The same table in the file that `plain_copy` writes."""
        return replace(
            self,
            location="plain.csv",
            file_name="plain.csv",
            delimiter=",",
            quote='"',
            escape=None,
            encoding="utf-8",
            compression=None,
            preamble_rows=0,
            header_rows=0,
            repeated_headers=0,
            footer_rows=0,
            records_above=0,
            lines_above=0,
            blank_lines=0,
            stray_quotes=0,
            is_ragged=False,
            has_odd_ends=False,
        )


def table_of(record: Mapping[str, Any]) -> Table:
    """The table that a record, in the shape of JSON, describes. Raises `NoSchema`."""
    if record.get("error") or record["column_count"] is None:
        raise NoSchema(f"the file could not be read: {record.get('error')}")
    labels = record["column_names"]
    if len(labels) < record["column_count"]:
        raise NoSchema(
            f"only {len(labels):,} of {record['column_count']:,} column names are kept, and a "
            "schema names them all"
        )
    if not labels:
        raise NoSchema("the file has no columns")
    compression = record["compression"]
    if compression is not None and compression not in _OPENED_BY:
        raise NoSchema(f"nothing is known of the compression {compression!r}")
    profiles, doubt = _profiles(record)
    header_rows = header_rows_of(record)
    above = record["preamble_rows"] + header_rows
    lines = record.get("lines") or {}
    bucket = record.get("bucket")
    return Table(
        location=f"s3://{bucket}/{record['filename']}" if bucket else record["filename"],
        file_name=record["filename"].rpartition("/")[2],
        columns=tuple(
            column_of(label, profile) for label, profile in zip(labels, profiles, strict=True)
        ),
        row_count=record["row_count"],
        delimiter=record["delimiter"],
        quote=record["quote_character"],
        escape=record.get("escape_character"),
        encoding=record["encoding"],
        compression=compression,
        preamble_rows=record["preamble_rows"],
        header_rows=header_rows,
        repeated_headers=record.get("repeated_headers") or 0,
        footer_rows=record.get("footer_rows") or 0,
        records_above=lines.get("records_above", above),
        lines_above=lines.get("lines_above", above),
        blank_lines=lines.get("blank"),
        quoted_newlines=lines.get("quoted_newlines"),
        quotes=lines.get("quotes"),
        stray_quotes=lines.get("stray_quotes"),
        is_ragged=(record.get("ragged_rows") or {"count": 1})["count"] > 0,
        has_odd_ends=bool(lines.get("cr") or (lines.get("lf") and lines.get("crlf"))),
        doubt=doubt,
    )


def _profiles(record: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], str | None]:
    """A profile for each column, and why some have none. Columns of an unknown type are text."""
    profiles = list(record.get("columns") or ())
    missing = record["column_count"] - len(profiles)
    seen, rows = record.get("profiled_rows") or 0, record["row_count"]
    doubt = None
    if not profiles or seen < rows:
        profiles, missing = [], record["column_count"]
        doubt = "All columns are text here: "
        doubt += (
            f"the types of {seen:,} of {rows:,} rows are known." if seen else "no type is known."
        )
    elif missing:
        doubt = f"The last {missing:,} columns are text here: their types are not known."
    return [*profiles, *[{"type": "text"}] * missing], doubt


def unique_names(
    labels: Iterable[str],
    most_bytes: int | None = None,
    spelled: Callable[[str], str] = str,
    reserved: Iterable[str] = (),
    joiners: bool = False,
) -> list[str]:
    """A name for each label: it as it is, if that can be a name beside the others.

    What does not print becomes a space, save for `joiners`, and `spelled` may write it otherwise; a
    blank one is numbered by its place; one that is there already, in whatever case, gets a
    number, and all are cut to `most_bytes` of UTF-8, between characters.
    """
    taken = {name.casefold() for name in reserved}
    numbers: dict[str, int] = {}
    names = []
    for place, label in enumerate(labels, 1):
        kept = _JOINERS if joiners else ""
        printed = "".join(c if c.isprintable() or c in kept else " " for c in label)
        printed = printed.strip(f" {kept}").strip()
        wish = spelled(printed) or f"column_{place}"
        name = _cut(wish, most_bytes)
        key = name.casefold()
        while name.casefold() in taken:
            numbers[key] = numbers.get(key, 1) + 1
            suffix = f"_{numbers[key]}"
            name = _cut(wish, most_bytes and most_bytes - len(suffix)) + suffix
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(name: str, most_bytes: int | None) -> str:
    return name if most_bytes is None else name.encode()[:most_bytes].decode(errors="ignore")


def comments(mark: str, sentences: Iterable[str | None]) -> str:
    """The sentences as lines of comment behind `mark`; nothing in one can end its line."""
    lines = (sentence for sentence in sentences if sentence)
    return "".join(
        f"{mark} {''.join(c if c.isprintable() else ' ' for c in line)}\n" for line in lines
    )


def plain_quote(table: Table) -> str | None:
    """The quote of a file that every reader of CSV splits alike, if that can be known."""
    is_plain = (
        len(table.delimiter.encode()) == 1
        and table.delimiter != " "
        and table.escape is None
        and not table.is_ragged
        and not table.rows_left_out
        and not table.has_odd_ends
        and not table.blank_lines
        and not table.stray_quotes
        and table.records_above == table.lines_above == table.preamble_rows + table.header_rows
    )
    return table.quote if is_plain else None


def plain_copy(table: Table, path: str) -> str:
    """A command of the shell that writes the rows of the file at `path` as the plainest of CSV.

    UTF-8, commas, every cell quoted, as many cells to a row as there are columns, and no header.
    """
    if table.compression == "zstd":  # which Python reads from 3.14 on
        plain = replace(table, compression=None)
        script = shlex.quote(_script(plain))
        return f"zstd -dc {shlex.quote(path)} | python3 -c {script} /dev/stdin"
    return f"python3 -c {shlex.quote(_script(table))} {shlex.quote(path)}"


def _script(table: Table) -> str:
    module, opened = opened_in_python(table, "sys.argv[1]")
    modules = ",".join(filter(None, ["csv", "io", "itertools", "sys", module]))
    return (
        f"import {modules};"
        "csv.field_size_limit(2**31-1);"
        'sys.stdout.reconfigure(encoding="utf-8",newline="");'
        f'f=io.TextIOWrapper({opened},"{table.encoding}",errors="replace",newline="");'
        f"r={rows_in_python(table, 'f')};"
        'csv.writer(sys.stdout,quoting=csv.QUOTE_ALL,lineterminator="\\n").writerows(r)'
    )


def rows_in_python(table: Table, file: str) -> str:
    """An expression of Python for the rows of an open text file, as wide as the table each.

    It wants the modules csv and itertools, and has no single quote in it, for the shell's sake.
    """
    width = len(table.columns)
    records = f"filter(None,{_reader_in_python(table, file)})"
    above = table.preamble_rows + table.header_rows
    rows = f"itertools.islice({records},{above},None)"
    if table.repeated_headers:
        rows = (
            '(lambda t:(lambda h:(r for r in t if [r[0].lstrip("\\ufeff"),*r[1:]] not in h))'
            f"(list(itertools.islice(t,{table.header_rows}))))"
            f"(itertools.islice({records},{table.preamble_rows},None))"
        )
    if table.footer_rows:
        rows = f"itertools.islice({rows},{table.row_count})"
    row = _row_in_python(table)
    return f'(({row}+[""]*{width})[:{width}] for r in {rows})'


def _row_in_python(table: Table) -> str:
    """An expression for the cells of a record `r`."""
    if len(table.delimiter) > 1:
        return f'[c.replace("\\ue000",{json.dumps(table.delimiter)}) for c in r]'
    return "(r[:-1] if len(r)>1 and not r[-1] else r)" if table.delimiter == " " else "r"


def _reader_in_python(table: Table, file: str) -> str:
    """An expression for the records of an open text file."""
    delimiter, lines, options = json.dumps(table.delimiter), file, ""
    if len(table.delimiter) > 1:
        lines = f'(l.replace({delimiter},"\\ue000") for l in {file})'
        delimiter = '"\\ue000"'
    elif table.delimiter == " ":
        options = ",skipinitialspace=True"
    if table.quote is None:
        options += ",quoting=csv.QUOTE_NONE"
    else:
        options += f",quotechar={json.dumps(table.quote)}".replace("'", "\\x27")
    if table.escape is not None:
        options += f",escapechar={json.dumps(table.escape)}"
    return f"csv.reader({lines},delimiter={delimiter}{options})"


# What `unzip` takes for a file.
_IS_FILE = (
    'n[-1]!="/" and n[:9]!="__MACOSX/" and n.split("/")[-1][:2]!="._" and n[-9:]!=".DS_Store"'
)


def opened_in_python(table: Table, path: str) -> tuple[str | None, str]:
    """An expression of Python that opens the file at `path`, and the module that it wants."""
    if table.compression is None:
        return None, f'open({path},"rb")'
    if table.compression == "zip":
        names = f"(n for n in z.namelist() if {_IS_FILE})"
        return "zipfile", f"(lambda z:z.open(next({names})))(zipfile.ZipFile({path}))"
    module = _OPENED_BY[table.compression]
    return module, f"{module}.open({path})"


def python_text(text: str) -> str:
    """A literal of Python in double quotes, on one line, in which all prints but joiners."""
    return "".join(
        c if c.isprintable() or c in _JOINERS else f"\\U{ord(c):08x}"
        for c in json.dumps(text, ensure_ascii=False)
    )


def listed(lines: Sequence[str], indent: str = "    ") -> str:
    """The lines one below the other, with commas between."""
    return ",\n".join(indent + line for line in lines)
