"""What one may ask of the files: one record, a page of them, a file itself, the right to upload."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.cursor import InvalidCursor
from chalicelib.catalog.file_query import FileQuery, InvalidParameter, single
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.metadata_table import MetadataTable
from chalicelib.catalog.record import FileRecord
from chalicelib.web.answers import Answer, NoSuchFile, Unavailable, cacheable
from chalicelib.web.uploads import presigned_download, presigned_upload, requested_name

logger = Logger()


def record_at(table: MetadataTable, segment: str) -> FileRecord:
    """The record of the file that a segment of a path names. Raises `NoSuchFile`.

    API Gateway hands it on as it was sent; for a gateway that has decoded it, it is the name.
    """
    return _record_of(table, unquote(segment), segment)


def _record_of(table: MetadataTable, *names: str) -> FileRecord:
    for name in names:
        if record := table.get(name):
            return record
    raise NoSuchFile(f"no file named {names[0]!r} is in the catalog")


def show_file(table: MetadataTable, segment: str) -> Answer:
    """The record of one file."""
    return cacheable(record_at(table, segment).as_dict())


def show_files(table: MetadataTable, parameters: Mapping[str, Sequence[str]]) -> Answer:
    """A page of records; of one file, by its `filename`, its record."""
    filter_by = {name: values for name, values in parameters.items() if name != "filename"}
    query = FileQuery.from_parameters(filter_by)
    if "filename" in parameters:
        name = single("filename", parameters["filename"])
        return cacheable(_record_of(table, name).as_dict())
    try:
        records, cursor = list_files(table, query)
    except InvalidCursor as error:
        raise InvalidParameter(
            "cursor is the next_cursor of an earlier answer to the same query"
        ) from error
    return cacheable({"items": [record.as_dict() for record in records], "next_cursor": cursor})


def send_to_file(table: MetadataTable, s3, segment: str) -> Answer:
    """Where the file itself is, as it was when it was cataloged. Raises `FileChanged`."""
    return Answer("", 302, {"Location": presigned_download(s3, record_at(table, segment))})


def allow_upload(s3, bucket: str, body: bytes, api_url: str) -> Answer:
    """A form for one upload into the bucket, of a file of the name in `body`."""
    name = requested_name(body)
    url = f"{api_url}/metadata/{quote(name, safe='')}"
    form = presigned_upload(s3, bucket, name)
    return Answer(form | {"filename": name, "metadata_url": url}, 201, {"Location": url})


def check_health(table: MetadataTable) -> Answer:
    """Whether the catalog can be asked, which takes its table. Raises `Unavailable`."""
    try:
        table.get("health")
    except (BotoCoreError, ClientError) as error:
        logger.exception("the table cannot be read")
        raise Unavailable("the catalog's table cannot be read") from error
    return Answer({"status": "ok"})
