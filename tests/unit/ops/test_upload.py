"""Files that an upload takes, what they are called in the bucket, and what it leaves out."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops import upload
from ops.stage import ROOT, read_stage
from tests.examples.records import RECORD
from tests.unit.command import heed_interrupts


def keys(*paths, **options):
    return [found.key for found in upload.find(paths, **options).uploads]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b c.csv", "sub/d.TSV.gz", "sub/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("id\n1\n")
    return tmp_path


@pytest.fixture
def catalog(folder, monkeypatch):
    """A catalog that has a.csv, and reads what it gets; the keys that it got."""
    got = []

    class Catalog:
        def __init__(self, _stage):
            pass

        def etag(self, key):
            return "etag" if key == "a.csv" else None

        def upload(self, upload, _progress):
            got.append(upload.key)
            return replace(RECORD, filename=upload.key)

    monkeypatch.setattr(upload, "Catalog", Catalog)
    monkeypatch.setattr(upload, "connect", read_stage)
    monkeypatch.setattr(upload, "live_api_url", lambda _: "")
    return got


def run(*arguments):
    return CliRunner().invoke(upload.upload_command, arguments)


def test_a_file_is_called_by_its_name_and_a_file_in_a_folder_by_its_path_there(folder):
    assert keys("a.csv") == ["a.csv"]
    assert keys("sub/d.TSV.gz") == ["d.TSV.gz"]
    assert keys(".") == ["a.csv", "b c.csv", "sub/d.TSV.gz"]
    assert keys(str(folder)) == keys(".")


def test_several_files_patterns_and_names_with_spaces_are_understood(folder):
    assert keys("a.csv", "sub") == ["a.csv", "d.TSV.gz"]
    assert keys("b c.csv") == ["b c.csv"]
    assert keys("*.csv", "a.csv") == ["a.csv", "b c.csv"]
    assert keys("**/*.gz") == ["d.TSV.gz"]


@pytest.mark.parametrize("prefix", ["in/today", "in/today/"])
def test_a_prefix_is_the_folder_that_files_go_to(folder, prefix):
    assert keys("a.csv", "sub", prefix=prefix) == ["in/today/a.csv", "in/today/d.TSV.gz"]


def test_a_name_that_is_a_pattern_too_is_the_file_of_that_name(folder):
    (folder / "[a].csv").write_text("id\n1\n")
    assert keys("[a].csv") == ["[a].csv"]


def test_what_is_left_out_is_named_with_the_reason(catalog):
    done = run("sub")
    assert done.exit_code == 0
    assert "left out: sub/notes.md: only what ends in .csv, .tsv or .txt" in done.stderr
    assert done.stdout.startswith("1/1  d.TSV.gz  ready")


def test_two_files_that_would_be_called_the_same_are_not_uploaded_over_each_other(catalog, folder):
    (folder / "sub/b c.csv").write_text("id\n2\n")
    done = run("b c.csv", "sub/b c.csv")
    assert (done.exit_code, catalog) == (1, ["b c.csv"])
    assert "sub/b c.csv: it would be called b c.csv, as b c.csv is" in done.stderr


def test_a_file_that_is_there_is_replaced_only_where_that_is_asked_for(catalog):
    done = run("a.csv", "b c.csv")
    assert (done.exit_code, catalog) == (1, ["b c.csv"])
    assert "left out: a.csv: a.csv is in the bucket already (--replace replaces it)" in done.stderr
    assert run("--replace", "a.csv").exit_code == 0
    assert catalog == ["b c.csv", "a.csv"]


@pytest.mark.parametrize(("answer", "uploaded"), [("y", True), ("", False), ("no", False)])
def test_on_a_terminal_someone_is_asked_before_a_file_is_replaced(
    catalog, monkeypatch, answer, uploaded
):
    asked = []
    monkeypatch.setattr(upload, "agrees", lambda question: asked.append(question) or answer == "y")
    stdin = type("Terminal", (), {"isatty": lambda _: True})()
    monkeypatch.setattr(upload.sys, "stdin", stdin)
    chosen = upload.find(["a.csv", "b c.csv"])
    upload.refuse_to_replace(upload.Catalog(None), chosen)
    assert asked == ["Replace 1 of 2 files?"]
    assert (chosen.uploads[0].key == "a.csv") is uploaded


INTERRUPTED = """
import sys, threading
from types import SimpleNamespace
from ops import command, upload
class Catalog:
    def __init__(self, stage): self.forever = threading.Event()
    def etag(self, key): return None
    def upload(self, one, progress):
        if one.key != "a.csv": self.forever.wait()
        return upload.FileRecord("a.csv", "b", "0", "", "", "ready", row_count=1, column_count=0)
upload.Catalog = Catalog
upload.connect = lambda name: SimpleNamespace(bucket="b")
upload.live_api_url = lambda stage: ""
sys.argv = ["catalog", "upload", "."]
sys.path.insert(0, {root!r})
command.main()
"""


def test_an_interrupted_upload_stops_at_once_and_says_what_was_done(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(root=str(ROOT))],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    assert process.stdout.readline().startswith("1/3  a.csv  ready")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (
        said.splitlines()[-1] == "stopped: 1 of 3 files were read, and others may be on their way"
    )


def test_a_path_that_names_nothing_is_said_before_anything_is_uploaded(catalog):
    done = run("b c.csv", "nowhere.csv")
    assert (done.exit_code, catalog) == (1, [])
    assert str(done.exception) == "there is no file nowhere.csv"


def test_an_upload_is_of_the_path_that_it_was_found_at(folder):
    assert upload.find(["sub"]).uploads == [upload.Upload(Path("sub/d.TSV.gz"), "d.TSV.gz")]
