"""What quotes and what escapes is told by what else would be wrong with the rows."""

import csv
import io
import random

import pytest

from chalicelib.csv_reader.detect.dialect import detect_dialect

QUOTED, ESCAPED = ('"', None), ('"', "\\")
TEXT, TEXT_ESCAPED = (None, None), (None, "\\")
APOSTROPHES = ("'", None)

EXAMPLES = {
    "quotes only where they are needed": ('id,name\n1,"a,b"\n2,c\n', QUOTED),
    "a text of many lines": ('id,note\n1,"Dear Sir,\nI, for one,\nthank, you,\nso\nX"\n', QUOTED),
    "a table in a cell": ('id,note\n1,"a\nb\nc\nd\ne\nf\ng"\n2,x\n', QUOTED),
    "quotes within a cell": ('size,name\n5" pipe,x\n6" pipe,y\n', QUOTED),
    "a quote that goes on": ('id,name\n1,"Ann" Lee\n2,"b,c"\n', QUOTED),
    "quotes that were not doubled": ('id,name\n1,"a "b" c"\n2,"d "e" f"\n3,"g"\n', QUOTED),
    "a quote that never ends": ('id,name\n1,a\n2,"b\n3,c\n', QUOTED),
    "folders": ('id,path\n1,"C:\\new\\"\n2,"C:\\old\\"\n3,"D:\\"\n', QUOTED),
    "folders unquoted": ("path,id\nC:\\new\\,1\nC:\\old\\,2\nD:\\,3\n", QUOTED),
    "patterns": ('id,pattern\n1,"\\d+\\"\n2,"a\\.b"\n3,"\\\\"\n', QUOTED),
    "JSON in quotes": ('id,doc\n1,"{""a"": ""b\\""c""}"\n2,"{""d"": 1}"\n', QUOTED),
    "escaped quotes": ('id,say\n1,"a \\"b\\" c"\n2,d\n', ESCAPED),
    "escaped quotes at the end": ('id,say\n1,"a \\"b\\""\n2,"c"\n3,"\\"d\\""\n', ESCAPED),
    "escaped quotes and delimiters": ('id,say,n\n1,"a \\"b, c\\", d",1\n2,e,2\n', ESCAPED),
    "escaped quotes and backslashes": ('id,say,n\n1,"a \\"b\\" \\\\",1\n2,"c",2\n', ESCAPED),
    "escaped delimiters": ("id,say,n\n1,a\\, b,1\n2,c,2\n3,d,3\n", ESCAPED),
    "escaped line ends": ("id\tsay\tn\n1\ta\\\nb\t1\n2\tc\t2\n3\td\te\\\nf\n", ESCAPED),
    "titles that begin with a quote": (
        'id\ttitle\n1\t"Rome" again\n2\tTroy\n3\tOslo\n',
        TEXT,
    ),
    "rows between two quotes": ('id\ttitle\n1\t"Rome\n2\tTroy\n3\t"Oslo\n4\tBern\n', TEXT),
    "a quote that takes the rest of many rows": (
        "id,title\n" + "".join(f"{n},{chr(34) * (n == 3)}a{n}\n" for n in range(20)),
        TEXT,
    ),
    "inches before text": ('id\tsize\n1\t"5 x 7\n2\t8 x 9\n3\t"10 x 12\n4\t9 x 9\n', TEXT),
    "quotes and escapes outside": (
        'id\tname\tn\n1\t"a\\\tb\t1\n2\tc\t2\n3\t"d\\\te\t3\n4\tf\t4\n',
        TEXT_ESCAPED,
    ),
    "apostrophes around commas": ("id,name\n1,'a,b'\n2,'c'\n", APOSTROPHES),
    "apostrophes around a column": ("id,name\n1,'a'\n2,'b'\n3,'c'\n", APOSTROPHES),
    "a word that begins with one": ("id,name\n1,'tis\n2,b\n3,c\n", QUOTED),
    "two words in one row": ("id,name,n\n1,'tis the boys',2\n2,b,3\n3,c,4\n", QUOTED),
    "two rows with words": ("id,name,n\n1,'tis,2\n2,boys',3\n3,'twas,4\n4,girls',5\n", QUOTED),
}


def quoting_of(text: str, complete: bool = True) -> tuple[str | None, str | None]:
    dialect = detect_dialect(text, complete)
    return dialect.quote_character, dialect.escape_character


@pytest.mark.parametrize(("text", "quoting"), EXAMPLES.values(), ids=EXAMPLES)
def test_it_is_told_from_the_rows(text, quoting):
    assert quoting_of(text) == quoting


@pytest.mark.parametrize(("text", "quoting"), EXAMPLES.values(), ids=EXAMPLES)
def test_whatever_ends_the_lines(text, quoting):
    if "\\\n" in text:
        return  # of an escaped CR LF only the CR would be
    assert quoting_of(text.replace("\n", "\r\n")) == quoting


@pytest.mark.parametrize("rows", [10, 50])
@pytest.mark.parametrize("seed", range(20))
def test_apostrophes_of_words_quote_nothing(rows, seed):
    choose = random.Random(seed)  # noqa: S311
    names = [choose.choice(["Night market", "Old mill", "Town hall"]) for _ in range(rows)]
    first, last = sorted(choose.sample(range(rows), 2))
    names[first], names[last] = "'70s Revival", "The Boys'"
    text = "id,name,city\n" + "".join(f"{n},{name},York\n" for n, name in enumerate(names))
    assert quoting_of(text) == QUOTED


CELLS = ["", "a", "b c", 'say "hi"', "x, y", "C:\\dir\\", "1", "two\nlines", "it's", '5" x 7']


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("seed", range(30))
def test_what_the_csv_module_quotes_is_read_with_quotes(seed, delimiter):
    text = written(seed, delimiter=delimiter)
    assert quoting_of(text) in (QUOTED, ESCAPED) if "\\" in text else quoting_of(text) == QUOTED
    assert quoting_of(text) == QUOTED


@pytest.mark.parametrize("seed", range(30))
def test_what_the_csv_module_escapes_is_read_with_escapes(seed):
    text = written(seed, doublequote=False, escapechar="\\")
    assert '\\"' in text
    assert quoting_of(text) == ESCAPED


def written(seed: int, **dialect) -> str:
    choose, text = random.Random(seed), io.StringIO()  # noqa: S311
    writer = csv.writer(text, lineterminator="\n", **dialect)
    writer.writerow(["id", "name", "note", "n"])
    writer.writerows([n, choose.choice(CELLS), choose.choice(CELLS), n % 7] for n in range(40))
    return text.getvalue()
