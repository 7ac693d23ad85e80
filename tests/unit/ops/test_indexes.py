"""A table that was made by hand gets the indexes that listing reads."""

from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.table import RecordsTable
from ops.indexes import add_indexes
from ops.stage import read_stage
from tests.examples.records import RECORD


def test_what_is_missing_is_added_once_and_then_files_are_listed(aws):
    table = RecordsTable(aws.table)
    table.put_if_newer(RECORD)
    assert add_indexes(read_stage("local")) == [
        "ByUploadTime",
        "ByFilename",
        "BySchema",
        "ByTrouble",
    ]
    assert add_indexes(read_stage("local")) == []
    for sort in ("upload_timestamp", "filename"):
        records, _ = list_files(table, FileQuery(sort=sort))
        assert [record.filename for record in records] == [RECORD.filename]
