"""Which keys are cataloged."""

import pytest

from chalicelib.catalog.keys import Selection, without_compression


@pytest.mark.parametrize(
    "key",
    [
        *("a.csv", "a.CSV", "b/c.tsv", "d.txt", "e.csv.gz", "E.TXT.GZ", "f.tar.csv", ".csv"),
        *("a.csv.bz2", "a.tsv.xz", "a.txt.zst", "a.csv.zip", "a.zip", "readme.txt"),
    ],
)
def test_a_key_that_ends_as_a_csv_file_does_is_cataloged(key):
    assert Selection.of().left_out(key) is None


@pytest.mark.parametrize(
    "key",
    [
        *("", "a", "csv", "a.csv.7z", "a.parquet", "a.gz", "a.csv/b", "a.csv ", "a.csv/"),
        *("._a.csv", "in/._a.csv", "part-00000", "a.psv"),
    ],
)
def test_any_other_key_is_left_out_with_a_reason(key):
    assert Selection.of().left_out(key)


@pytest.mark.parametrize(
    ("include", "exclude", "chosen", "left_out"),
    [
        ("part-*", "", ["part-00000", "in/x/PART-1"], ["a.csv", "in/apart-1"]),
        ("*.psv,*.csv", "", ["a.psv", "b/a.csv"], ["a.tsv"]),
        ("*.csv *.psv", "tmp/* ~*", ["a.csv", "in/a.psv"], ["tmp/a.csv", "in/~a.csv"]),
        ("in/*/readme.txt", "", ["in/x/readme.txt"], ["readme.txt", "out/x/readme.txt"]),
        ("*", "", ["a", "._a"], ["in/"]),
        ("*.csv", "readme.*", ["a.csv"], ["readme.csv"]),
    ],
)
def test_patterns_choose_keys(include, exclude, chosen, left_out):
    selection = Selection.of(include, exclude)
    assert [key for key in chosen + left_out if selection.left_out(key) is None] == chosen


def test_the_reason_names_the_setting():
    selection = Selection.of("*.csv *.psv", "tmp-*")
    assert selection.left_out("a.txt").endswith("INCLUDE: *.csv *.psv")
    assert selection.left_out("tmp-a.csv").endswith("EXCLUDE: tmp-*")


@pytest.mark.parametrize(
    ("key", "stem"),
    [("a.csv.gz", "a.csv"), ("a.csv.ZIP", "a.csv"), ("a.gz", "a"), ("a.zip", "a.zip"), ("a", "a")],
)
def test_the_suffix_of_a_compression_is_left_off_where_it_is_one(key, stem):
    assert without_compression(key) == stem
