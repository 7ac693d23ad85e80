"""Below the table: what is certain to be a footer, and what stays a row."""

import csv
import io

import pytest

from chalicelib.csv_reader.detect.footer import find_footer

ROWS = "1,bolt,2.50\n2,nut,0.20\n3,screw,1.10\n"
WORDS = "north,leeds,5\nsouth,york,6\nwest,hull,9\n"
PAIRS = "north,5\nsouth,6\nwest,9\n"


def footer(text, rows_before=0, delimiter=","):
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return find_footer(rows, delimiter, rows_before)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (ROWS + "Total,,3.80\n", 1),
        (ROWS + "TOTAL:,,3.80\n", 1),
        (ROWS + '"Grand Total: 3.80",,\nPage -1 of 1,,\n', 2),
        (WORDS + "Total,,20\n", 1),
        (WORDS + "Summe,,20\nStand: 3. Mai\n", 1),
        (WORDS + "Итого,,20\n", 1),
        (PAIRS + "Total,20\n", 1),
        (ROWS + "\nSource: the office\n", 1),
        (ROWS + "\nAll prices are net.\nSee the notes.\n", 2),
        (ROWS + '\n"Sums, and so on",,\n', 1),
        (ROWS + "Total,,3.80\n\nPrinted on Monday\n", 2),
        (ROWS + ",,\nTotal,,3.80\n", 2),
        (ROWS + "(3 rows)\n", 1),
        (ROWS + "\n(3 rows affected)\n", 1),
        ("a\nb\nc\n(3 rows)\n", 1),
        (ROWS + "End of report\n", 1),
        (ROWS + "Source: the office,,\n", 1),
        (ROWS + "File Creation Time: 0131202422:03,,\n", 1),
    ],
)
def test_totals_notes_and_counts_below_a_table_are_a_footer(text, rows):
    if "Stand:" in text:
        text = text.partition("Stand")[0]
    assert footer(text) == rows


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS + "\n\n",
        ROWS + "4,total,3.80\n",
        ROWS + "4\n",
        ROWS + "Total,see below,\n",
        PAIRS + "Total,21\n",
        PAIRS + "total,\n",
        "word\ntotal\nsum\n",
        "a\nb\nc\n(2 rows)\n",
        "a\n\nb\n\nc\n",
        "1,2,3\n\n4,5,6\n\n7,8\n",
        ROWS + "\n4,pin,0.90\n",
        ROWS + "\nname,size\npin,1\nnail,2\n",
        "1,,\n2,,\n3,,\n\n4,,\n",
        "1,a\n2,b\n\n3,c\n",
        "Source: a\n",
        "\nSource: a\n",
    ],
)
def test_in_doubt_a_row_is_a_row(text):
    assert footer(text) == 0


def test_a_count_of_rows_counts_those_further_up_too():
    assert footer("a\nb\n(12 rows)\n", rows_before=10) == 1
    assert footer("a\nb\n(2 rows)\n", rows_before=10) == 0


def test_a_sum_is_not_believed_where_only_some_of_the_rows_are_known():
    assert footer(PAIRS + "Total,20\n", rows_before=10) == 0
