"""Encodings without a mark are guesses: right where there are 20 lines, and said to be guesses."""

import io

import pytest

from chalicelib.csv_reader import read_csv_metadata
from tests.unit.csv_reader.places import PLACES, table

CENTRAL = ("cp1250", "iso8859_2", "cp852")
BALTIC = ("cp1257", "iso8859_13", "iso8859_4", "cp775")
LEGACY = {
    "Hungarian": CENTRAL,
    "Romanian": CENTRAL,
    "Polish": CENTRAL,
    "Czech": CENTRAL,
    "Lithuanian": BALTIC,
    "Latvian": BALTIC,
    "Turkish": ("cp1254", "iso8859_9", "cp857"),
    "Greek": ("cp1253", "iso8859_7", "cp737"),
    "Russian": ("cp1251", "koi8_r", "iso8859_5", "cp866", "mac_cyrillic"),
}
CASES = [(language, encoding) for language, them in LEGACY.items() for encoding in them]


def written(language, encoding):
    """The table, as the language is written in an encoding that has no commas below letters."""
    with_cedillas = str.maketrans("șțȘȚ", "şţŞŢ") if language == "Romanian" else {}
    return table(language).translate(with_cedillas)


def guess_in(metadata):
    [warning] = [one for one in metadata.warnings if "is a guess" in one]
    return warning


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_table_of_22_lines_is_read_right_in_each_of_its_encodings(language, encoding):
    text = written(language, encoding)
    found = read_csv_metadata(io.BytesIO(text.encode(encoding)))
    assert text.encode(encoding).decode(found.encoding) == text
    assert found.column_names == tuple(text.splitlines()[0].split(";"))
    assert found.row_count == len(PLACES[language][1].split()) >= 20


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_guess_says_so_with_the_encoding_taken_and_another_that_reads_it_otherwise(
    language, encoding
):
    data = written(language, encoding).encode(encoding)
    found = read_csv_metadata(io.BytesIO(data))
    taken, runner_up = guess_in(found).removeprefix("the encoding is a guess: ").split(", or else ")
    assert taken == found.encoding
    assert data.decode(runner_up, errors="replace") != data.decode(taken)


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_cp1252_is_next_wherever_it_is_not_the_choice(language, encoding):
    found = read_csv_metadata(io.BytesIO(written(language, encoding).encode(encoding)))
    assert guess_in(found).endswith(", or else cp1252")


def test_commas_below_letters_are_taken_for_cedillas():
    found = read_csv_metadata(io.BytesIO(table("Romanian").encode("iso8859_16")))
    assert found.encoding == "cp1250"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("language", LEGACY)
def test_utf_16_without_a_mark_is_read_right_and_said_to_be_a_guess(language, encoding):
    text = table(language)
    found = read_csv_metadata(io.BytesIO(text.encode(encoding)))
    assert (found.encoding, found.column_names[0]) == (encoding, text.split(";")[0])
    assert encoding in guess_in(found)


@pytest.mark.parametrize("language", LEGACY)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_where_there_is_hardly_any_ascii(language, encoding):
    text = "\n".join("".join(PLACES[language][1].split()[n : n + 3]) for n in range(20))
    assert read_csv_metadata(io.BytesIO(text.encode(encoding))).encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("language", LEGACY)
def test_utf_8_and_what_has_a_mark_is_no_guess(language, encoding):
    found = read_csv_metadata(io.BytesIO(table(language).encode(encoding)))
    assert not any("guess" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id;name\n1;Café\n", "cp1252"),
        ("都道府県,市区町村\n北海道,札幌市\n東京都,新宿区\n", "cp932"),
        ("일,이\n서울특별시,종로구\n", "cp949"),
    ],
)
def test_whatever_is_not_unicode_is_a_guess(content, encoding):
    found = read_csv_metadata(io.BytesIO(content.encode(encoding)))
    assert guess_in(found).startswith(f"the encoding is a guess: {found.encoding}, or else ")
