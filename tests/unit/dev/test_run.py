"""`make run`: which samples it uploads."""

from dataclasses import replace
from hashlib import md5

import pytest

from dev import run
from ops.stage import ROOT, read_stage
from ops.upload import Upload
from tests.examples.records import RECORD


class Samples:
    """A catalog of one sample as it is, of another as it was, and of a file of someone else."""

    def __init__(self, _):
        pass

    def record(self, key):
        etag = {"orders.csv": etag_of("orders.csv"), "stock.tsv": "older"}.get(key)
        return replace(RECORD, filename=key, etag=etag) if etag else None

    def etag(self, key):
        return {"orders.csv": etag_of("orders.csv"), "staedte.csv": "another"}.get(key)


def etag_of(name):
    return md5((ROOT / "samples" / name).read_bytes(), usedforsecurity=False).hexdigest()


@pytest.fixture
def uploaded(monkeypatch):
    keys = []

    def upload_all(_, uploads: list[Upload]):
        for upload in uploads:
            keys.append(upload.key)
            yield upload, replace(RECORD, filename=upload.key)

    monkeypatch.setattr(run.emulator, "start", lambda: "an emulator")
    monkeypatch.setattr(run.policies, "write", lambda _: None)
    monkeypatch.setattr(run, "use", read_stage)
    monkeypatch.setattr(run, "deploy", lambda _: "http://localhost")
    monkeypatch.setattr(run, "Catalog", Samples)
    monkeypatch.setattr(run, "upload_all", upload_all)
    return keys


def test_samples_that_are_cataloged_as_they_are_and_files_of_others_are_not_uploaded(
    uploaded, capsys
):
    run.main()
    assert "stock.tsv" in uploaded
    assert not {"orders.csv", "staedte.csv"} & set(uploaded)
    assert "orders.csv" in capsys.readouterr().out
