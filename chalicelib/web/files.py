"""Answers about files: one record, a page of them, a file itself, the right to upload."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote, urlencode

from chalicelib.aws import S3
from chalicelib.catalog.columns import lightened
from chalicelib.catalog.cursor import InvalidCursor
from chalicelib.catalog.history.table import HistoryTable
from chalicelib.catalog.keys import Selection, other_forms
from chalicelib.catalog.listing import list_files
from chalicelib.catalog.query import FileQuery
from chalicelib.catalog.record import FileRecord
from chalicelib.catalog.table import RecordsTable
from chalicelib.catalog.totals import Totals
from chalicelib.tools.forecast.findings import forecast
from chalicelib.web.answers import (
    ANSWER_BYTES,
    Answer,
    NoSuchFile,
    NothingKnown,
    as_json,
    cacheable,
    cacheable_text,
    sent_length,
)
from chalicelib.web.downloads import DOWNLOAD_SECONDS, Download, presigned_download
from chalicelib.web.listing_csv import CSV_TYPE, listing_as_csv, prefers_csv
from chalicelib.web.parameters import (
    InvalidParameter,
    Parameters,
    check_names,
    file_query,
    single,
    true_or_false,
)
from chalicelib.web.uploads import (
    FileExists,
    Upload,
    is_in_bucket,
    presigned_upload,
    requested_upload,
)

WRITTEN_OTHERWISE = (
    "this file was asked for by a name that looks the same: its own has the accents written "
    "otherwise (Unicode's NFC or NFD)"
)
_A_WARNING = 1_000  # bytes that a warning takes at most


def record_at(table: RecordsTable, segment: str) -> FileRecord:
    """The record of the file that a segment of a path names. Raises `NoSuchFile`.

    API Gateway hands it on as it was sent; for a gateway that has decoded it, it is the name.
    """
    return _record_of(table, unquote(segment), segment)


def _record_of(table: RecordsTable, *names: str) -> FileRecord:
    for name in names:
        if record := table.get(name):
            return record
    for other in dict.fromkeys(form for name in names for form in other_forms(name)):
        if record := table.get(other):
            return replace(record, warnings=(*record.warnings, WRITTEN_OTHERWISE))
    raise NoSuchFile(f"no file named {names[0]!r} is in the catalog")


def asked_for(
    table: RecordsTable, segment: str | None, parameters: Parameters, *others: str
) -> FileRecord:
    """The record of the file that a route about one file is asked for, in either of its forms.

    The name is a segment of the path, or, with None for that, the parameter `filename`, which no
    gateway decodes too often. `others` are the parameters that the route has besides. Raises
    `NoSuchFile`, `InvalidParameter`.
    """
    if segment is not None:
        check_names(parameters, others)
        return record_at(table, segment)
    check_names(parameters, ["filename", *others])
    return _record_of(table, single("filename", parameters.get("filename", [])))


def _own_view(record: FileRecord) -> dict[str, Any]:
    """A record by itself: with what tools would get wrong with the file."""
    fields = record.as_dict()
    fields |= {"forecast": forecast(fields)}
    if sent_length(as_json(fields)) > ANSWER_BYTES:
        room = ANSWER_BYTES - sent_length(as_json(fields | {"columns": []})) - _A_WARNING
        fields["columns"], left_out = lightened(
            record.columns, lambda cut: cut if sent_length(as_json(cut)) <= room else None
        )
        fields["warnings"] = [*record.warnings, f"{left_out}, in this answer"]
    return fields


def show_file(table: RecordsTable, segment: str) -> Answer:
    """The record of one file."""
    return cacheable(_own_view(record_at(table, segment)))


def show_files(
    table: RecordsTable, history: HistoryTable, parameters: Parameters, accept: str
) -> Answer:
    """A page of records, or the record of one `filename`. CSV for clients that prefer it."""
    query = file_query(parameters)
    as_csv = prefers_csv(accept)
    if "filename" in parameters:
        record = _record_of(table, single("filename", parameters["filename"]))
        if as_csv:
            return _csv([record], None, parameters)
        return cacheable(_own_view(record), Vary="Accept")
    records, cursor = _page(table, query, history)
    if as_csv:
        return _csv(records, cursor, parameters)
    items = [record.as_dict() for record in records]
    return cacheable({"items": items, "next_cursor": cursor}, Vary="Accept")


def _page(
    table: RecordsTable, query: FileQuery, history: HistoryTable
) -> tuple[list[FileRecord], str | None]:
    """A page of the files; if none has the prefix, of those whose names look so."""
    refusal = None
    for prefix in (query.prefix, *other_forms(query.prefix)):
        try:
            records, cursor = list_files(table, replace(query, prefix=prefix), history)
        except InvalidCursor as error:  # a page may be of the other form
            refusal = error
            continue
        if records or cursor:
            return records, cursor
    if refusal:
        raise InvalidParameter(
            "cursor is the next_cursor of an earlier answer to the same query"
        ) from refusal
    return [], None


def _csv(records: Sequence[FileRecord], cursor: str | None, parameters: Parameters) -> Answer:
    """The records as CSV; a link leads to the next page (RFC 8288), whatever the API's address."""
    link = {}
    if cursor:
        query = urlencode({**parameters, "cursor": [cursor]}, doseq=True)
        link["Link"] = f'<?{query}>; rel="next"'
    return cacheable_text(listing_as_csv(records), CSV_TYPE, Vary="Accept", **link)


def send_to_file(
    table: RecordsTable, s3: S3, parameters: Parameters, segment: str | None
) -> Answer:
    """Return where the file itself is, as it was when it was cataloged. Raises `FileChanged`.

    A page that sends a token cannot follow a link with it: with `redirect=false` it gets the URL
    to go to. An `Accept` header would not do, as gateways make one up where none was sent.
    """
    url = presigned_download(s3, asked_for(table, segment, parameters, "redirect"))
    if true_or_false("redirect", parameters.get("redirect", ["true"])):
        return Answer("", 302, {"Location": url})
    return Answer(Download(url=url, expires_in=DOWNLOAD_SECONDS))


def allow_upload(
    s3: S3, bucket: str, selection: Selection, table: RecordsTable, body: bytes, api_url: str
) -> Answer:
    """A form for one upload into the bucket, of a file of the name in `body`.

    Raises `FileExists` if that would replace a file, and the body does not ask for it.
    """
    name, may_replace = requested_upload(body, selection)
    replaces = is_in_bucket(s3, bucket, name)
    if replaces is None:
        replaces = table.get(name) is not None
    if replaces and not may_replace:
        raise FileExists(f'there is a file named {name!r}: send "replace": true to replace it')
    url = f"{api_url}/metadata/{quote(name, safe='')}"
    form = presigned_upload(s3, bucket, name)
    upload = Upload(**form, filename=name, replaces=replaces, metadata_url=url)
    return Answer(upload, 201, {"Location": url})


def show_totals(history: HistoryTable) -> Answer:
    """The figures of the whole catalog. Raises `HistoryMissing`, `NothingKnown`."""
    history.check()
    totals = Totals(history).read()
    if totals is None:
        raise NothingKnown("not all files are counted yet: `./catalog backfill` counts them")
    return cacheable(totals)
