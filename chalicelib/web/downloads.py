"""Content of a file as it was when it was cataloged: a signed URL, or its first bytes."""

import re
from collections.abc import Callable
from contextlib import closing
from typing import Annotated, TypedDict
from urllib.parse import quote

from botocore.exceptions import ClientError

from chalicelib.aws import S3, Answer, Body
from chalicelib.catalog.record import FileRecord
from chalicelib.csv_reader.described import about

DOWNLOAD_SECONDS = 5 * 60

# What S3 answers for an object, or a version of one, that is not there; where one may not list the
# bucket, it answers as if it were forbidden ("Permissions" of HeadObject and of GetObject).
_GONE = {403, 404, 405}
_OVERWRITTEN = 412


class Download(TypedDict):
    """The address of a file, as it was when it was cataloged."""

    url: Annotated[str, about(format="uri")]
    expires_in: Annotated[int, about("Seconds until S3 refuses the URL.")]


class FileChanged(Exception):
    """The bucket no longer has the write of the file that was cataloged."""


def presigned_download(s3: S3, record: FileRecord) -> str:
    """A URL that gives the write of the file that was cataloged, to be saved under its name.

    Without versions in the bucket a URL cannot say which write it is for, so that an overwrite
    between this check and the download would go unseen. Raises `FileChanged`.
    """
    write, match = _write_of(record)
    _cataloged(s3.head_object, **write, **match)
    return s3.generate_presigned_url(
        "get_object",
        Params=write | {"ResponseContentDisposition": attachment(record.filename)},
        ExpiresIn=DOWNLOAD_SECONDS,
    )


def read_part(s3: S3, record: FileRecord, start: int, size: int) -> bytes:
    """`size` bytes of the write of the file that was cataloged, or all that there are behind
    `start`. Raises `FileChanged`.
    """
    if start and start >= record.file_size:
        return b""
    with closing(open_part(s3, record, start, size)) as body:
        return body.read(size)


def open_part(s3: S3, record: FileRecord, start: int, size: int) -> Body:
    """The same bytes, to be read a piece at a time, and closed. Raises `FileChanged`."""
    write, match = _write_of(record)
    # An empty object has no range: S3 answers 416 to one.
    part = {"Range": f"bytes={start}-{start + size - 1}"} if record.file_size else {}
    body: Body = _cataloged(s3.get_object, **write, **match, **part)["Body"]
    return body


def _write_of(record: FileRecord) -> tuple[dict[str, str], dict[str, str]]:
    """The write that was cataloged, and the condition that it is still there, as S3 is asked."""
    write = {"Bucket": record.bucket, "Key": record.filename}
    if record.version_id:
        write["VersionId"] = record.version_id
    return write, {"IfMatch": f'"{record.etag}"'} if record.etag else {}


def _cataloged(call: Callable[..., Answer], **request: str) -> Answer:
    """S3's answer. Raises `FileChanged` if S3 has another write of the file, or none."""
    try:
        return call(**request)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status in _GONE:
            raise FileChanged("it is no longer in the bucket") from error
        if status == _OVERWRITTEN:
            raise FileChanged("it was overwritten since, and will be cataloged anew") from error
        raise


def attachment(filename: str) -> str:
    """A Content-Disposition that saves the file under its last name, in any script (RFC 6266)."""
    name = filename.rpartition("/")[2]
    plain = re.sub(r"[^ !#-\[\]-~]|%", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
