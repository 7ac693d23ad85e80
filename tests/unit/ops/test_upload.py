"""Which files an upload takes, and what they are called in the bucket."""

import pytest

from ops import upload


def keys(paths):
    return [found.key for found in upload.find(paths)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b c.csv", "sub/d.TSV.gz", "sub/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("id\n1\n")
    return tmp_path


def test_a_file_is_called_by_its_name_and_a_file_in_a_folder_by_its_path_there(folder):
    assert keys("a.csv") == ["a.csv"]
    assert keys("sub/d.TSV.gz") == ["d.TSV.gz"]
    assert keys(".") == ["a.csv", "b c.csv", "sub/d.TSV.gz"]
    assert keys(str(folder)) == keys(".")


def test_several_files_patterns_and_names_with_spaces_are_understood(folder):
    assert keys("a.csv sub") == ["a.csv", "d.TSV.gz"]
    assert keys("b c.csv") == ["b c.csv"]
    assert keys("a.csv 'b c.csv'") == ["a.csv", "b c.csv"]
    assert keys("*.csv") == ["a.csv", "b c.csv"]
