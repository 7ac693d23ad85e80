"""A file at which the reader fails is in the catalog all the same, and the failure is told."""

import io
import json
from contextlib import contextmanager

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.csv_reader import UnreadableCsv
from chalicelib.intake import describe as describing
from chalicelib.intake import report
from chalicelib.intake.describe import describe
from tests.unit.intake.fakes import S3, WRITE, Breaking, Files, event_of, store_all

SECRET = "Zx81-secret"
FILE = f"id,name\n1,{SECRET}\n".encode()
RAISED = [ValueError, OverflowError, MemoryError, RecursionError, StopIteration, TimeoutError]


@pytest.fixture
def failing(monkeypatch):
    """Has the reader raise an error once it has read the file: with a profile, or always."""
    read = describing.read_csv_metadata

    def fail(error, always=False):
        def read_csv_metadata(stream, *, profile, **options):
            if profile or always:
                stream.read()
                raise error
            return read(stream, profile=profile, **options)

        monkeypatch.setattr(describing, "read_csv_metadata", read_csv_metadata)

    yield fail
    report.metrics.clear_metrics()


@contextmanager
def logged():
    import app

    log = io.StringIO()
    before = app.logger.registered_handler.setStream(log)
    entries = []
    yield entries
    app.logger.registered_handler.setStream(before)
    entries += map(json.loads, log.getvalue().splitlines())


@pytest.mark.parametrize("error", RAISED)
def test_where_the_profile_fails_the_rows_are_counted_and_a_warning_says_so(failing, error):
    failing(error(SECRET))
    s3 = Files(FILE)
    record = describe(WRITE, s3)
    assert (record.status, record.row_count, record.column_names) == ("ready", 1, ("id", "name"))
    assert (record.columns, record.profiled_rows, record.ragged_rows) == ((), None, None)
    assert record.warnings == (
        f"there is no profile of the columns: the reader failed at this file ({error.__name__})",
    )
    assert s3.reads == 2


@pytest.mark.parametrize("error", RAISED)
@pytest.mark.parametrize(("profile", "reads"), [("full", 2), ("names", 2), ("off", 1)])
def test_where_the_count_fails_too_the_file_is_failed_with_a_reason(failing, error, profile, reads):
    failing(error(SECRET), always=True)
    s3 = Files(FILE)
    record = describe(WRITE, s3, profile=profile)
    assert record.status == "failed"
    assert record.error == f"the reader failed at this file ({error.__name__})"
    assert s3.reads == reads


def test_a_file_that_is_no_csv_file_after_all_is_failed_for_that_reason(failing):
    failing(UnreadableCsv("a PNG image"))
    s3 = Files(FILE)
    assert describe(WRITE, s3).error == "a PNG image"
    assert s3.reads == 1


def test_what_s3_raises_goes_up_though_the_reader_has_failed_before(failing):
    failing(OverflowError())

    class Broken(Files):
        def get_object(self, **named):
            answer = super().get_object(**named)
            return answer if self.reads == 1 else answer | {"Body": Breaking()}

    with pytest.raises(ReadTimeoutError):
        describe(WRITE, Broken(FILE))


@pytest.mark.parametrize("error", [ValueError, OverflowError, OSError, TimeoutError])
def test_what_the_body_raises_goes_up_whatever_it_is(error):
    class Raising(Breaking):
        def readinto(self, buffer):
            raise error("of the connection")

    with pytest.raises(error, match="of the connection"):
        describe(WRITE, S3(Raising()))


@pytest.mark.parametrize("always", [False, True])
def test_a_failure_is_logged_and_counted_without_what_stands_in_a_cell(
    client, aws, failing, capsys, always
):
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=FILE)
    failing(ValueError(f"invalid literal for int() with base 10: '{SECRET}'"), always)
    with logged() as entries:
        client.lambda_.invoke("extract", event_of(aws))
    failures = [entry for entry in entries if entry["message"] == "the reader failed"]
    assert len(failures) == 1 + always
    for entry in failures:
        assert (entry["level"], entry["bucket"], entry["key"]) == ("ERROR", aws.bucket, "a.csv")
        assert entry["reason"] == "the reader failed at this file (ValueError)"
        assert entry["calls"][-1].endswith("in read_csv_metadata")
    printed = capsys.readouterr().out
    assert SECRET not in json.dumps(entries) + printed
    [measured] = [e for line in printed.splitlines() if "_aws" in (e := json.loads(line))]
    assert measured["ReaderFailures"] == [1] * len(failures)
    store_all(aws)
    shown = client.http.get("/metadata/a.csv").json_body
    assert shown["status"] == ("failed" if always else "ready")


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\n4e5123456789,a\n",
        b"id,name\n" + b"9" * 400 + b",a\n",
        b'[{"a": ' + b"9" * 4301 + b"}]",
        "id,name\n1,\0\n2,\ue000\n".encode(),
        b"id,name\n1e-999999999,a\n",
    ],
)
def test_ordinary_files_are_stored_and_looked_into_at_the_first_try(client, aws, content):
    aws.s3.put_object(Bucket=aws.bucket, Key="a.csv", Body=content)
    with logged() as entries:
        client.lambda_.invoke("extract", event_of(aws))
    store_all(aws)
    assert not [entry for entry in entries if entry["level"] != "INFO"]
    shown = client.http.get("/metadata/a.csv").json_body
    assert shown["status"] == ("failed" if content.startswith(b"[") else "ready")
    assert client.http.get("/metadata/a.csv/preview").status_code in (200, 409)
