"""Files that are made to harm the reader: to make it fail, or take very long or much memory.

Each is a piece that is repeated to a size, alone, below a table, or compressed. What else was found
to do harm is a new entry here.
"""

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

SMALL = 1 << 16  # bytes
LARGE = 1 << 23

NAMES = b",".join(b"c%d" % number for number in range(1000)) + b"\n"
WIDE_ROW = b",".join(b"%d" % (7 * number) for number in range(1000)) + b"\n"
ROWS = b"".join(b"%d,some words,2020-01-%02d\n" % (row, row % 28 + 1) for row in range(100))
TABLE = b"id,name,day\n" + ROWS
PRIVATE = "".join(chr(0xE000 + number) for number in range(6400)).encode()

Make = Callable[[int], bytes]

PIECES: dict[str, bytes] = {
    "nothing": b"",
    **{f"byte {byte:02x}": bytes([byte]) for byte in b"\0\t\n\r \"#',-./1:;<[\\^_a{|~\x1a\x80\xff"},
    **{f"pair {pair.hex()}": pair for pair in (b'""', b'",', b'"\n', b'a"', b"',", b"'\n", b'\\"')},
    **{f"pair {pair.hex()}": pair for pair in (b"\\,", b"\\\n", b"#\n", b"\0,", b"\0\n", b", ")},
    **{f"pair {pair.hex()}": pair for pair in (b"||", b"::", b"a_", b"a@", b"1,", b"1 ", b"\n,")},
    "ends of lines": b"\r\n",
    "rows of a quote": b'b"\n',
    "one stray quote a row": b'1,5" x 3,a\n',
    "stray quotes, and rows of delimiters": b'1,5" x,\n,,\n',
    "quoted rows with quotes": b'"1","say ""x"", so","2"\n',
    "quotes between commas in quotes": b'"a, ""x"", b","c"\n',
    "lines in quotes": b'"a,b\nc,d\n',
    "rows of delimiters": b",,\n",
    "rows of one delimiter": b",\n",
    "rows of spaces": b"  ,  \n",
    "comments": b"# made, by a machine\n",
    "comments of one letter": b"%a\n",
    "short rows": b"1,2\n",
    "rows of one digit": b"1\n",
    "the header again": b"id,name,day\n",
    "the header again, in quotes": b'"id","name","day"\n',
    "totals": b"Total,,17\n",
    "sep": b"sep=;\n",
    "dates without end": b"2020-01-31T10:00:00.",
    "fractions": b"1.",
    "groups of digits": b"1,234,567.",
    "signs": b"+-",
    "months": b"jan ",
    "addresses": b"http://a@b.",
    "escapes": b'a,"b\nc",\'d\\"e;f\n',
    "escapes behind closing quotes": b'"a"\\x,b\n',
    "escaped quotes, and stray ones": b'a"\\"b,c\n1,"say \\"x\\"",2\n',
    "escaped line ends": b"1,a\\\nb,2\n",
    "the header again, within cells": b'"id\nid,name,day\n",x,2020-01-01\n',
    "long numbers": b"9" * 400 + b",-" + b"1" * 4300 + b".5\n",
    "exponents": b"1e999999999,-2E-999999999,4e5123456789\n",
    "JSON": b'{"a":1},',
    "JSON that nests": b'{"a":[',
    "long JSON numbers": b'{"a":' + b"9" * 4300 + b"}\n",
    "XML that nests": b"<a><b ",
    "spreadsheet formulas": b"=1+1,@a,\xef\xbc\x9d1\n",
    "private-use characters": PRIVATE + b"\0,\n",
    "accents": "é".encode(),
    "Latin-1": b"\xe9,",
    "Shift JIS": b"\x82\xa0",
    "letters decoded twice": "Ã©Ã¨â€œ".encode(),
    "replacement characters": "\ufffd".encode(),
    "byte order marks": b"\xef\xbb\xbf",
    "invisible characters": "\u200b\u202e,\u00ad\n".encode(),
    "emoji": "👩‍👩‍👧,🏳️‍🌈\n".encode(),
    "halves of UTF-8": b"\xf0\x9f\x98\n",
    "surrogates": b"\xed\xa0\x80,",
    "days by day first": b"31/12/2020 10:00,1/2/2021 9:05 PM\n",
    "percentages": b'"1,234.50 %",(5.00),EUR 1.234\n',
}

SHAPES: dict[str, Callable[[bytes, int], bytes]] = {
    "": lambda piece, size: repeated(piece, size),
    "below a table": lambda piece, size: TABLE + repeated(piece, size),
    "in quotes": lambda piece, size: b'id,name,day\n1,"' + repeated(piece, size),
    "above a table": lambda piece, size: repeated(piece, size) + b"\n" + TABLE * 20,
    "in a name": lambda piece, size: (
        b"id," + repeated(piece.translate(None, b',"\n\r\0'), size) + b"-,note\n" + ROWS
    ),
}


def repeated(piece: bytes, size: int) -> bytes:
    """The piece as often as it takes to have that size."""
    return (piece * (size // max(len(piece), 1) + 1))[:size]


def below(beginning: bytes, piece: bytes, end: bytes = b"") -> Make:
    return lambda size: beginning + repeated(piece, size) + end


def made_by(row: Callable[[random.Random], str], header: bytes = b"id,name\n") -> Make:
    """Rows that are all different, from a seed."""

    def make(size: int) -> bytes:
        chance = random.Random(42)  # noqa: S311
        file = io.BytesIO(header)
        file.seek(0, io.SEEK_END)
        while file.tell() < size:
            file.write(f"{row(chance)}\n".encode())
        return file.getvalue()

    return make


def zip_of(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", below(TABLE, b"1,2\n")(size))
    return file.getvalue()


def zip_of_folders(size: int) -> bytes:
    local = b"PK\3\4" + bytes(22) + b"\2\0\0\0" + b"a/"
    return repeated(local, size // len(local) * len(local)) + b"PK\5\6" + bytes(18)


def noise(size: int) -> bytes:
    return random.Random(42).randbytes(size)  # noqa: S311


OTHERS: dict[str, Make] = {
    "short rows below a wide header": below(NAMES + WIDE_ROW * 5, b"1,2\n"),
    "short rows and wide ones": below(NAMES + WIDE_ROW * 5, b"1,2\n" * 500 + WIDE_ROW),
    "short rows and wide ones, gzip": lambda size: gzip.compress(
        OTHERS["short rows and wide ones"](size), 1
    ),
    "rows of a thousand delimiters": below(NAMES + WIDE_ROW * 5, b"," * 999 + b"\n"),
    "wide rows below a short header": below(TABLE, WIDE_ROW),
    "rows that grow": lambda size: (
        b"id,name\n" + b"".join(b"," * number + b"\n" for number in range(int((2 * size) ** 0.5)))
    ),
    "hex ids": made_by(lambda chance: f"{chance.getrandbits(48):012x},{chance.getrandbits(48):x}"),
    "exponents of hex ids": made_by(
        lambda chance: f"{chance.randrange(10)}e{chance.getrandbits(33)},x"
    ),
    "all kinds in a column": made_by(
        lambda chance: (
            f"{chance.getrandbits(30)},"
            + chance.choice(
                ["1", "2020-01-31", "NA", "", "1,5", "true", "x", '"a\nb"', "5 %", "1e5"]
            )
        )
    ),
    "a thousand columns of all-distinct texts": made_by(
        lambda chance: ",".join(f"t{chance.getrandbits(40)}" for _ in range(1000)), NAMES
    ),
    "cells of 1 MB": below(b"id,name\n", b"1," + b"x" * 1_000_000 + b"\n"),
    "quoted cells of 1 MB": below(b"id,name\n", b'1,"' + b"x,\n" * 333_333 + b'"\n'),
    "a table, and then noise": lambda size: TABLE + noise(size),
    "noise": noise,
    "text that no end is of": made_by(
        lambda chance: "".join(chance.choices("ab,\"'\n\r\\;\0", k=80))
    ),
    "UTF-16 of halves": lambda size: b"\xff\xfe" + repeated(b"\x00\xd8,\0\n\0", size),
    "UTF-16 cut": lambda size: b"\xff\xfe" + repeated("1,é\n".encode("utf-16-le"), size - 3),
    "UTF-32 beyond Unicode": lambda size: b"\xff\xfe\0\0" + repeated(b"\xff\xff\xff\x7f", size),
    "gzip": lambda size: gzip.compress(below(TABLE, b"1,2\n")(size)),
    "gzip of members without data": lambda size: (
        gzip.compress(TABLE) + repeated(gzip.compress(b"", mtime=0), size // 20 * 20)
    ),
    "gzip of zeros behind it": lambda size: gzip.compress(TABLE) + bytes(size),
    "gzip that is cut": lambda size: gzip.compress(noise(size))[:-9],
    "gzip of gzip": lambda size: gzip.compress(gzip.compress(below(TABLE, b"1,2\n")(size))),
    "bzip2": lambda size: bz2.compress(below(TABLE, b"\n")(size)),
    "xz": lambda size: lzma.compress(below(TABLE, b",,\n")(size)),
    "zip": zip_of,
    "zip of folders": zip_of_folders,
    "zip of many names": lambda size: repeated(b"PK\3\4" + bytes(22) + b"\5\0\0\0a.csv", size),
}

# Of a size of their own: a record of 31 MiB is the longest that has to be held.
HUGE: dict[str, tuple[Make, int]] = {
    "one record of NULs": (below(b"id,name\n1,Ada\n", b"\0,", b"\n2,Bo\n"), 31 << 20),
    "one record of commas": (below(b"id,name\n1,Ada\n", b",", b"\n2,Bo\n"), 31 << 20),
    "one record of words": (below(b"id,name\n1,Ada\n", b"word,", b"\n2,Bo\n"), 31 << 20),
    "one record of NULs, gzip": (
        lambda size: gzip.compress(below(b"id,name\n1,Ada\n", b"\0,")(size)),
        31 << 20,
    ),
    "a header of commas": (below(b"", b",", b"\n1,2\n"), 31 << 20),
    "cells of 31 MB": (below(b"id,name\n", b"1," + b"x" * (31 << 20) + b"\n"), 100 << 20),
    "60 MB of short rows": (below(NAMES + WIDE_ROW * 5, b"1,2\n"), 60_000_000),
    "60 MB of short rows, gzip": (
        lambda size: gzip.compress(below(NAMES + WIDE_ROW * 5, b"1,2\n")(size)),
        60_000_000,
    ),
    "60 MB of rows of two": (below(b"a,b\n", b"1,2\n"), 60_000_000),
}


def hostile_files(size: int) -> Iterator[tuple[str, bytes]]:
    """The names of files of about that size and what is in them: in all shapes if that is 64 KB."""
    shapes = SHAPES if size == SMALL else {name: SHAPES[name] for name in ("", "below a table")}
    for piece_name, piece in PIECES.items():
        for shape_name, shape in shapes.items():
            yield f"{piece_name} {shape_name}".strip(), shape(piece, size)
    for name, make in OTHERS.items():
        yield name, make(size)
    if size > SMALL:
        for name, (make, own_size) in HUGE.items():
            yield name, make(own_size)


def written(folder: Path, size: int) -> Iterator[Path]:
    """Make the files of about that size in a folder, each when it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in hostile_files(size):
        path = folder / f"{name}.csv"
        path.write_bytes(content)
        yield path
