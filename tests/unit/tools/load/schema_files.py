"""Files that tools read wrong by default, and what is in them: the tables of the schemas' tests."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
from dataclasses import asdict
from datetime import date, datetime, time, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import vega_datasets

from chalicelib.csv_reader import read_csv_metadata
from chalicelib.csv_reader.decompress import Decompressed
from chalicelib.csv_reader.rows import read_rows

PROJECT = Path(__file__).parents[4]


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


DIFFICULT = {
    "semicolons.csv": b"name;price\nBolt;0,12\nNut;1,08\nWasher;\n",
    "preamble.csv": b"Sales report\nmade on Monday\n\nid,name\n1,Ada\n2,Grace\n3,\n",
    "quoted newlines.csv": b'id,note\n1,"a\nb"\n2,"c\r\nd"\n3,"say ""hi"""\n4,\n',
    "two header rows.csv": b"Region,2024,\n,sold,returned\nNorth,10,1\nSouth,20,2\nEast,7,0\n",
    "utf-16.csv": "id,name\n1,Zoë\n2,Ærø\n".encode("utf-16"),
    "utf-16 big-endian.csv": "id,name\n1,Zoë\n2,Ærø\n".encode("utf-16-be"),
    "windows.csv": "id;city\n1;Köln\n2;Århus\n3;Göteborg\n".encode("cp1252"),
    "codes.csv": b"code,zip,amount\n007,01234,1\n010,00501,2\n123,10001,3\n",
    "long ids.csv": b"id,account\n9007199254740993,12345678901234567890\n1,1\n",
    "ambiguous dates.csv": b"id,day\n1,01/02/2020\n2,03/04/2020\n",
    "days first.csv": b"day,at\n13/02/2020,14.02.2020 9:05\n01/03/2020,01.03.2020 10:00:30\n",
    "months first.csv": b"day\n02/13/2020\n03/01/2020\n",
    "times.csv": b"at,zone,clock\n2020-01-01,2020-01-01T10:00:00Z,9:05\n"
    b"2020-01-01T10:00,2020-06-01 10:00:00 +02:00,23:59:59.5\n",
    "nulls.csv": b"country,count,share\nNA,1,0.5\nDE,NA,-\nFR,3,0.25\n",
    "yes and no.csv": b"id,ok,flag\n1,yes,t\n2,No,F\n3,,\n",
    "zero and one.csv": b"id,flag\n1,0\n2,1\n",
    "spaces.csv": b"id, price ,ok\n1, 0.5 , true\n2, 0.75 , false\n",
    "blank lines.csv": b"id,name\n\n1,Ada\n\n\n2,Grace\n\n",
    "stray quotes.csv": b'size,name\n5" pipe,x\n6" pipe,"y"z\n7,"w"\n',
    "ragged.csv": b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n",
    "carriage returns.csv": b"id,name\r1,Ada\r2,Grace\r",
    "mixed line ends.csv": b"id,name\r\n1,Ada\n2,Grace\n",
    "no header.csv": b"1,Ada,2020-01-01\n2,Grace,2020-01-02\n",
    "duplicate and blank names.csv": b"id,id,,ID\n1,2,3,4\n5,6,7,8\n",
    "one column.csv": b"name\nAda\n\nGrace\n",
    "two characters.csv": b"id||name\n1||Ada\n2||Grace\n",
    "aligned.csv": b"id   price  sold\n1    0.5    10\n2    12.25  7\n30   1.5    12\n",
    "apostrophes.csv": b"id,name\n1,'a,b'\n2,'c'\n3,'d,e'\n",
    "escaped quotes.csv": b'id,note\n1,"say \\"hi, there\\", now"\n2,"a \\"b\\" c"\n3,d\n',
    "escaped commas.csv": b"id,name,n\n1,a\\, b,5\n2,c,6\n3,d\\, e,7\n4,f,8\n",
    "escaped line ends.csv": b"id,name,n\n1,a\\\nb\\, c,5\n2,c,6\n3,d\\, e,7\n4,f,8\n",
    "quotes are text.tsv": b'id\tname\n1\t"a\n2\tb\n3\t"c" d\n4\te"\n5\t"\n6\tf\n',
    "quotes are text and commas escaped.csv": b'id,name,n\n1,"a\\, b,5\n2,"c" d,6\n3,"e\\, f,7\n'
    b'4,"g" h,8\n5,i" j,9\n',
    "tabs.tsv": b"id\tname\n1\ta,b\n2\tc\n",
    "compressed.csv.gz": gzip.compress(b'id,name\n1,"a\nb"\n2,c\n', mtime=0),
    "compressed.csv.bz2": bz2.compress(b'id,name\n1,"a\nb"\n2,c\n'),
    "compressed.csv.xz": lzma.compress(b"id,name\n1,a\n2,c\n"),
    "compressed.zip": zipped({"in/a.csv": b"id,name\n1,a\n2,c\n"}),
    "repeated headers.csv": b"id,name\n1,a\nid,name\n2,b\n\xef\xbb\xbfid,name\n3,c\n",
    "footer.csv": b"id,name,n\n1,a,2.5\n2,b,3.5\nTotal,,6.0\n\nSource: nobody\n,,\n",
    "preamble, repeated header and footer.csv": b"Report,,\nid,name,n\n1,a,2\nid,name,n\n2,b,3\n"
    b"(2 rows)\n",
    "empty cells.csv": b'id,name,nothing\n1,"",\n,x,\n3,"y",\n',
    "big numbers.csv": b"value,exact\n1e5,12345678901234567890.5\n2.5E-3,0.25\n",
    "uuids.csv": b"id\n6F9619FF-8B86-D011-B42D-00CF4FC964FF\n",
    "header only.csv": b"id,name\n",
    "key=value[1] it's.csv": b"id\n1\n2\n",
}
# Cells that are written as people write them.
FORMS = {
    "telephones.csv": b"name,telephone,other,change\na,+14155550123,+49 30 1234,+5000000\n"
    b"b,+442079460000,+49 301 234,-5\n",
    "on and off.csv": b"id,light,open\n1,on,Ja\n2,OFF,nein\n3,,NEIN\n",
    "oui et non.csv": "id,ouvert,não,да\n1,VRAI,Sim,ДА\n2,faux,NÃO,нет\n3,,não,Нет\n".encode(),
    "thousands.csv": b"id,n,few,indian,price,big\n"
    b'1,"1,234,567","2,288","12,34,567.50","1,234.50","1,000"\n'
    b'2,"1,047",194,"1,000",-2.25,"9,223,372,036,854,775,808"\n3,7,"-1,047","12,000",0.5,0\n',
    "thousands elsewhere.csv": "id;de;fr;ch;nbsp\n1;1.299,99;1 234,50;1'234.50;1\u202f234,5\n"
    "2;15,5;15,50;-15.50;15,50\n3;-2.000,001;2 000;2'000;2\u202f000,00\n".encode(),
    "money.csv": "id;usd;eur;brl;kr;zł;some;chf\n"
    "1;$5.00;5,00 €;R$ 5,00;5 kr;5,00 zł;$5.00;CHF 1'000\n"
    "2;-$1,234.5;-1.234,50 €;R$ -1.234,50;120 kr;12,50 zł;7.00;CHF -20\n"
    "3;$0.5;0,5\u00a0€;R$ 1.234;;;;\n".encode(),
    "percent.csv": b"id,share,change\n1,5%,-12.5%\n2,12.5 %,+3%\n3,100%,0%\n",
    "minuses.csv": "id;parens;behind;sign;dash;cost\n1;(1,234.00);5-;\u22125;\u20135;($5.00)\n"
    "2;500.00;12;3;3;$7.00\n3;(20.00);3-;\u221212;\u201312;($1,200.00)\n".encode(),
    "dates.csv": "id;short;excel;jp;hu;cz;de;us;eng\n"
    "1;31/12/99;12-Jan-24;2024年1月31日;2024.01.31.;31. 1. 2024;1. März 2024;Jan 31, 2024;"
    "1 May 1969\n"
    "2;04/07/69;5-Feb-69;2024年2月1日;2024.02.01.;1. 12. 2024;12. Okt 2023;May 1, 2024;"
    "31 OCT 2023\n"
    "3;15/03/68;31-Dec-68;1999年12月1日;2023.12.15.;5. 6. 2024;3. Mai 2023;Dec 9, 2023;\n".encode(),
    "moments.csv": b"id;ampm;log;apache;slashed;gmt;clock\n"
    b"1;1/2/2023, 12:33 PM;2024-01-31 10:15:00,123;31/Jan/2024:10:00:00 +0100;"
    b"2024/01/31 10:00:00 +0100;2024-01-31 10:15 GMT;9:05 PM\n"
    b"2;12/22/2023, 12:57 AM;2024-01-31 10:15:01,456;01/Feb/2024:23:59:59 +0000;"
    b"2024/01/31 23:00:00 -0530;2024-02-01 10:15 GMT;12:10 AM\n",
    "words for nothing.csv": "id,n,of,day,nothing\n1,#N/A,x,0000-00-00,NA\n2,5,7,2024-01-31,—\n"
    "3,nan,8,NaT,\n".encode(),
}
SAMPLES = {
    path.name: path.read_bytes()
    for path in sorted((PROJECT / "samples").rglob("*"))
    if path.suffix in (".csv", ".tsv")
}
VEGA = {
    path.name: path.read_bytes()
    for path in sorted(Path(vega_datasets.__file__).parent.rglob("*.csv"))
}


def described(content: bytes, name: str) -> dict[str, Any]:
    """The record of a file on a disk, in the shape that JSON has."""
    return asdict(read_csv_metadata(io.BytesIO(content), profile=True)) | {"filename": name}


def cells_of(content: bytes, record: dict[str, Any]) -> list[list[str]]:
    """The rows of a file, as many cells each as there are columns, as they stand there."""
    content = b"".join(Decompressed(iter([content]), 10**9))
    text = content.decode(record["encoding"], errors="replace")
    marks = record["delimiter"], record["quote_character"], record["escape_character"]
    rows = list(filter(None, read_rows(text, *marks)))[record["preamble_rows"] :]
    header, rows = rows[: record["header_rows"]], rows[record["header_rows"] :]
    if record["repeated_headers"]:
        rows = [row for row in rows if [row[0].lstrip("\ufeff"), *row[1:]] not in header]
    width = record["column_count"]
    return [(row + [""] * width)[:width] for row in rows[: record["row_count"]]]


def values(content: bytes, record: dict[str, Any]) -> list[tuple]:
    """The same as values of the columns' types."""
    return [tuple(map(value, record["columns"], row)) for row in cells_of(content, record)]


def formed_date(column: dict[str, Any], cell: str) -> Any:
    """A date or a time by its pattern, as `strptime` reads it."""
    for german, english in (("März", "Mar"), ("Okt", "Oct"), ("Mai", "May"), ("Dez", "Dec")):
        cell = cell.replace(german, english)
    pattern = column["date_pattern"]
    found = datetime.strptime(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", cell), pattern)
    match column["type"]:
        case "date":
            return found.date()
        case "time":
            return found.time()
        case "timestamptz":
            zoned = found if found.tzinfo else found.replace(tzinfo=timezone.utc)
            return zoned.astimezone(timezone.utc)
    return found


def value(column: dict[str, Any], cell: str) -> Any:
    """A cell as Python has it; None for an empty one and for a word that stands for nothing."""
    if cell == "" or cell in column["null_words"]:
        return None
    if column["type"] == "text":
        return cell
    if column["date_pattern"]:
        return formed_date(column, cell.strip())
    return _READERS[column["type"]](column, cell.strip())


def _number(column, cell):
    if not (column["group_mark"] or column["affix"] or column["minus"]):
        return Decimal(cell.replace(column["decimal_mark"] or ".", "."))
    number = cell.replace(column["affix"] or "", "")
    mark = column["decimal_mark"] or ""
    digits = "".join("." if c == mark else c for c in number if c.isdigit() or c == mark)
    return Decimal(digits) * (-1 if {*number} & {*"(-−–"} else 1)


def _date(column, cell):
    first, second, third = map(int, re.match(r"(\d+)[-/.](\d+)[-/.](\d+)", cell).groups())
    if column["date_order"] == "day first":
        return date(third, second, first)
    if column["date_order"] == "month first":
        return date(third, first, second)
    return date(first, second, third)


def _time(_column, cell):
    hours, minutes, seconds = [*map(float, cell.split(":")), 0.0][:3]
    return time(int(hours), int(minutes), int(seconds), round(seconds % 1 * 1_000_000))


def _timestamp(column, cell):
    day, clock = re.match(r"[-/.\d]+", cell)[0], re.search(r"[T ](.*)", cell)
    return datetime.combine(_date(column, day), _time(column, clock[1]) if clock else time())


_READERS = {
    "boolean": lambda column, cell: cell.lower() in ("true", "t", column["boolean_words"][0]),
    "integer": lambda column, cell: int(_number(column, cell)),
    "decimal": _number,
    "double": lambda column, cell: float(_number(column, cell)),
    "date": _date,
    "time": _time,
    "timestamp": _timestamp,
    "timestamptz": lambda _, cell: datetime.fromisoformat(
        re.sub(" ([-+])", r"\1", cell.replace("Z", "+00:00").replace("UTC", "+00:00"))
    ).astimezone(timezone.utc),
    "uuid": lambda _, cell: UUID(cell),
}
