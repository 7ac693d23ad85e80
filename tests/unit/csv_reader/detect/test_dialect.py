import csv
import io
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.csv_reader.detect.cell_kinds import kind_of
from chalicelib.csv_reader.detect.dialect import CsvDialect, detect_dialect, split_record
from chalicelib.csv_reader.rows import read_rows
from tests.unit.csv_reader.detect.dialect_examples import EXAMPLES, Example

WORDS = ["north", "south", "blue", "green house", "it's", "Zoë", "a, b", "x; y", 'say "hi"', ""]
NUMBERS = ["0", "17", "3.5", "-2", "1200", "0.25"]


def columns_of(text, dialect):
    records = list(read_rows(text, *dialect.marks))
    table = [record for record in records if record][dialect.preamble_rows :]
    return len(table[0]) if table else 0


@pytest.mark.parametrize(
    "example",
    [pytest.param(example, id=example.name) for group in EXAMPLES.values() for example in group],
)
def test_a_file_is_read_as_a_person_would(example: Example):
    dialect = detect_dialect(example.text, complete=True)
    assert dialect == CsvDialect(
        example.delimiter,
        example.quote_character,
        example.has_header,
        example.preamble_rows,
        example.group_rows,
        example.unit_rows,
    )
    assert columns_of(example.text, dialect) == example.columns


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_newline_is_read_alike(newline):
    text = "Report\n\nid;name\n1;a\n2;b\n".replace("\n", newline)
    assert detect_dialect(text, complete=True) == CsvDialect(";", '"', True, 1)


def test_a_record_that_the_sample_cuts_short_counts_for_nothing():
    text = "id,name,qty\n1,bolt,4\n2,nut,7\n3,wa"
    assert detect_dialect(text, complete=False) == CsvDialect(",", '"', True, 0)


# Real files of a package that the tests have anyway, written anew in another dialect.


def real_tables():
    """The first rows of each CSV file in vega_datasets; all have a header and no preamble."""
    for file in sorted(files("vega_datasets").joinpath("_data").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
            yield pytest.param([row for row in rows[:120] if row], id=file.name)


def written(rows, delimiter=",", **options):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n", **options).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("rows", list(real_tables()))
class TestARealFile:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\x01", "\x1f", "~", "^"])
    def test_is_read_whatever_its_delimiter(self, rows, delimiter):
        text = written(rows, delimiter)
        assert detect_dialect(text, complete=True) == CsvDialect(delimiter, '"', True, 0)

    def test_is_read_when_two_characters_delimit(self, rows):
        text = written(rows, "\x1f").replace("\x1f", "||")
        dialect = detect_dialect(text, complete=True)
        assert dialect == CsvDialect("||", '"', True, 0)
        assert split_record(text, dialect) == rows[0]

    @pytest.mark.parametrize("delimiter", [",", ";"])
    @pytest.mark.parametrize("quote", ['"', "'"])
    def test_is_read_whatever_quotes_it(self, rows, delimiter, quote):
        text = written(rows, delimiter, quotechar=quote, quoting=csv.QUOTE_ALL)
        assert detect_dialect(text, complete=True) == CsvDialect(delimiter, quote, True, 0)

    def test_is_missed_its_header(self, rows):
        text = written(rows[1:])
        assert detect_dialect(text, complete=True) == CsvDialect(",", '"', False, 0)

    def test_is_found_under_titles_and_above_notes(self, rows):
        text = f"Table 7\nBy year, in thousands\n\n{written(rows, ';')}\nNote: provisional\n"
        assert detect_dialect(text, complete=True) == CsvDialect(";", '"', True, 2)

    def test_is_found_under_the_padded_titles_of_a_spreadsheet(self, rows):
        blank = [""] * (len(rows[0]) - 1)
        text = written([["Table 7, by year", *blank], ["", *blank], *rows])
        assert detect_dialect(text, complete=True) == CsvDialect(",", '"', True, 2)

    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_is_read_from_a_few_rows(self, rows, count):
        text = written(rows[:count], ";")
        assert detect_dialect(text, complete=True) == CsvDialect(";", '"', True, 0)


# Random tables and random text.


@st.composite
def tables(draw):
    """A header over at least three rows of a key, then columns of words or of numbers."""
    cells = draw(st.lists(st.sampled_from([WORDS, NUMBERS]), min_size=1, max_size=6))
    count = draw(st.integers(3, 12))
    rows = [
        [f"K-{number}", *(draw(st.sampled_from(kind)) for kind in cells)] for number in range(count)
    ]
    return [["key", *(f"column_{i}" for i in range(len(cells)))], *rows]


@given(tables(), st.sampled_from([",", ";", "\t", "|", "\x01"]))
def test_a_table_with_a_key_is_read_back_as_it_was_written(rows, delimiter):
    text = written(rows, delimiter)
    assert detect_dialect(text, complete=True) == CsvDialect(delimiter, '"', True, 0)


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=())) | st.text(
    alphabet=",;|\t: ~^'\"\x01\x1f\0\r\n#-.1a\ufffd\ud800sep="
)


@given(ANY_TEXT, st.booleans())
def test_any_text_gets_an_answer_that_the_text_can_be_split_by(text, complete):
    dialect = detect_dialect(text, complete)
    records = list(read_rows(text, *dialect.marks))
    assert 0 <= dialect.preamble_rows <= sum(1 for record in records if record)
    assert split_record(text, dialect) == (records[0] if records else [])


@given(ANY_TEXT, st.sampled_from(",;\t|\x01:"), st.sampled_from("\"'"))
def test_a_record_is_split_as_the_csv_module_splits_it(text, delimiter, quote):
    text = text.replace("\0", "")  # which the module takes from Python 3.11 on
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    dialect = CsvDialect(delimiter, quote, True, 0)
    assert split_record(text, dialect) == next(reader, [])


@pytest.mark.parametrize(
    ("text", "delimiter", "fields"),
    [
        ("", ",", []),
        ("\n", ",", []),
        ("a\0,b", ",", ["a\0", "b"]),
        ("a\0||b\0", "||", ["a\0", "b\0"]),
        (" a\0  b ", " ", ["a\0", "b"]),
        ("  a   b  c  \n", " ", ["a", "b", "c"]),
        ('"a b"  c', " ", ["a b", "c"]),
        ('a||"b||c"||d|e', "||", ["a", "b||c", "d|e"]),
        ("1::b:c::", "::", ["1", "b:c", ""]),
        ('a, "b, c", d,e', ", ", ["a", "b, c", "d,e"]),
        ('"a\nb",c\nd,e', ",", ["a\nb", "c"]),
    ],
)
def test_a_record_is_split_at_delimiters_that_the_csv_module_has_not(text, delimiter, fields):
    assert split_record(text, CsvDialect(delimiter, '"', True, 0)) == fields


@pytest.mark.parametrize(
    "text",
    [
        "," * 200_000,
        '"' * 200_000,
        "\n" * 200_000,
        "#a,b\n" * 40_000,
        "a,b\n\n" * 40_000,
        ",;|\t: ~^'\"\x01" * 20_000,
        ("1," * 40 + "\n") * 2_000,
        ("1 " * 39 + "x;") * 2_000,
        "word " * 40_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_long_text_of_one_pattern_is_decided_on_few_of_its_cells(text, monkeypatch):
    looked_at = 0

    def counting(cell):
        nonlocal looked_at
        looked_at += 1
        return kind_of(cell)

    monkeypatch.setattr("chalicelib.csv_reader.detect.layout.kind_of", counting)
    monkeypatch.setattr("chalicelib.csv_reader.detect.header.kind_of", counting)
    detect_dialect(text, complete=True)
    assert looked_at < 20_000


@pytest.mark.parametrize("rows", [1, 5, 50, 3000])
def test_quotes_quote_also_where_each_cell_has_a_comma_with_a_space_and_doubled_quotes(rows):
    cells = ",".join(f'"amber {i}, ""cedar"""' for i in range(3))
    text = '"a","b","c"\n' + f"{cells}\n" * rows
    dialect = detect_dialect(text[: 1 << 16], len(text) <= 1 << 16)
    assert (dialect.delimiter, dialect.quote_character) == (",", '"')


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('id,title,year\n1,The "Big" House,2020\n2,A "Red" Car,2021\n3,My "Old" Car,2022\n', ","),
        ('id,expression\n1,x = "a"\n2,y = "b"\n3,z = "c"\n', ","),
        ("id,expression\n1,x = 'a'\n2,y = 'b'\n3,z = 'c'\n", ","),
        ('id,pair\n1,k:"v"\n2,l:"w"\n3,m:"u"\n', ","),
        ('id,tag\n1,a href="x" b="y"\n2,a href="z" b="w"\n', ","),
        ('id;list\n1;a,"b",c\n2;d,"e",f\n3;g,"h",i\n', ";"),
        ('id\tlist\n1\ta,"b",c\n2\td,"e",f\n3\tg,"h",i\n', "\t"),
        ('id|list\n1|x, "b", c\n2|d, "e", f\n3|g, "h", i\n', "|"),
        ('id;document\n1;{"a": "b", "c": "d"}\n2;{"a": "e", "c": "f"}\n', ";"),
    ],
)
def test_words_in_quotes_within_cells_do_not_show_what_divides(text, delimiter):
    assert detect_dialect(text, complete=True).delimiter == delimiter


@pytest.mark.parametrize("above", ["", '"A list, ""new"""\n\n'])
@pytest.mark.parametrize(
    ("delimiter", "cell"),
    [
        (",", "a;b"),
        (",", '5" pipe; x'),
        (";", 'a, "b", c'),
        ("\t", '{"a": "b", "c": "d"}'),
        ("|", "x, 'y', z"),
    ],
)
def test_cells_that_are_all_in_quotes_may_hold_other_delimiters_and_quotes(delimiter, cell, above):
    quoted = '"{}"'.format(cell.replace('"', '""'))
    row = delimiter.join([quoted] * 3)
    dialect = detect_dialect(above + f'"a"{delimiter}"b"{delimiter}"c"\n' + f"{row}\n" * 9, True)
    assert (dialect.delimiter, dialect.quote_character, dialect.has_header) == (
        delimiter,
        '"',
        True,
    )
